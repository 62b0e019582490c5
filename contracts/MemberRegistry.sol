// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {FundAccounts} from "./FundAccounts.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";

/// @title The member organisations. See `IMemberRegistry`.
contract MemberRegistry is IMemberRegistry, AccessManaged {
    uint8 internal constant ISSUER = 1;
    uint8 internal constant ACCEPTOR = 2;
    uint8 internal constant OPERATOR = 4;
    uint8 internal constant FUND = 16;
    /// A point lives at most into the fifth epoch after the current one: six lanes.
    uint8 internal constant LONGEST_VALIDITY_EPOCHS = 5;

    uint16 private _count;
    mapping(uint16 id => Member) private _members;
    mapping(uint16 id => IssuerTerms) private _terms;
    mapping(address key => uint16 id) private _byKey;

    constructor(address authority) AccessManaged(authority) {}

    /// @inheritdoc IMemberRegistry
    function addMember(address key, uint8 roles, bytes32 code) external restricted returns (uint16 id) {
        id = ++_count;
        _bindKey(id, key);
        _members[id] = Member(key, roles, Status.Active, 0, 0, code);
        emit MemberAdded(id, key, roles, code);
    }

    /// @inheritdoc IMemberRegistry
    function setStatus(uint16 id, Status status) external restricted {
        Member storage m = _known(id);
        if (m.status == Status.Leaving || status == Status.None) revert MemberIsLeaving(id);
        m.status = status;
        emit MemberStatusChanged(id, status);
    }

    /// @inheritdoc IMemberRegistry
    function setTerms(uint16 id, IssuerTerms calldata terms) external restricted {
        _requireRole(id, _known(id).roles, ISSUER);
        if (terms.validityEpochs == 0 || terms.validityEpochs > LONGEST_VALIDITY_EPOCHS) {
            revert TermsOutOfRange(id, terms.validityEpochs);
        }
        _terms[id] = terms;
        emit IssuerTermsChanged(id, terms);
    }

    /// @inheritdoc IMemberRegistry
    function replaceKey(uint16 id, address newKey) external restricted {
        _changeKey(id, newKey);
    }

    /// @inheritdoc IMemberRegistry
    function nameSuccessor(uint16 id, uint16 successor) external restricted {
        Member storage m = _known(id);
        if (m.status != Status.Leaving) revert MemberNotLeaving(id);
        // Only an active member succeeds and only a leaving one has a successor, so the chain of successors can't loop.
        Member storage next = _known(successor);
        _requireRole(successor, next.roles, ISSUER);
        if (next.status != Status.Active) revert MemberNotActive(successor, next.status);
        m.successor = successor;
        emit SuccessorNamed(id, successor);
    }

    /// @inheritdoc IMemberRegistry
    function rotateKey(address newKey) external {
        _changeKey(_byCaller(msg.sender), newKey);
    }

    /// @inheritdoc IMemberRegistry
    function chooseHost(uint16 host) external {
        uint16 id = _byCaller(msg.sender);
        if (host != 0) _requireRole(host, _known(host).roles, OPERATOR);
        _members[id].host = host;
        emit MemberHostChanged(id, host);
    }

    /// @inheritdoc IMemberRegistry
    function memberCount() external view returns (uint16) {
        return _count;
    }

    /// @inheritdoc IMemberRegistry
    function member(uint16 id) external view returns (Member memory) {
        return _known(id);
    }

    /// @inheritdoc IMemberRegistry
    function termsOf(uint16 issuer) external view returns (IssuerTerms memory) {
        return _terms[issuer];
    }

    /// @inheritdoc IMemberRegistry
    function memberOf(address key) external view returns (uint16) {
        return _byKey[key];
    }

    /// @inheritdoc IMemberRegistry
    function fundMemberOf(address account) external view returns (uint16) {
        if (!FundAccounts.isFundAccount(account)) return 0;
        uint16 id = FundAccounts.memberIn(account);
        return _members[id].roles & FUND == 0 ? 0 : id;
    }

    /// @inheritdoc IMemberRegistry
    function activeMember(address key) external view returns (uint16 id) {
        id = _byCaller(key);
        _requireActive(id, _members[id].status);
    }

    /// @inheritdoc IMemberRegistry
    function operatorOf(address key) external view returns (uint16 id) {
        id = _byCaller(key);
        Member storage m = _members[id];
        _requireRole(id, m.roles, OPERATOR);
        _requireActive(id, m.status);
    }

    /// @inheritdoc IMemberRegistry
    function issuerOf(address key) external view returns (uint16 id) {
        id = _byCaller(key);
        _requireRole(id, _members[id].roles, ISSUER);
    }

    /// @inheritdoc IMemberRegistry
    function mintingIssuer(address key) external view returns (uint16 id, IssuerTerms memory terms) {
        id = _byCaller(key);
        Member storage m = _members[id];
        _requireRole(id, m.roles, ISSUER);
        _requireActive(id, m.status);
        terms = _terms[id];
        if (terms.validityEpochs == 0) revert TermsOutOfRange(id, 0);
    }

    /// @inheritdoc IMemberRegistry
    function checkAcceptor(uint16 acceptor, uint32 units) external view {
        Member storage m = _known(acceptor);
        _requireActive(acceptor, m.status);
        if (m.roles & ACCEPTOR != 0) return;
        // An exchange: the acceptor gives points of its own scheme, and only whole ones.
        _requireRole(acceptor, m.roles, ISSUER);
        uint32 whole = _terms[acceptor].unitsPerNativePoint;
        if (whole == 0 || units % whole != 0) revert NotWholeNativePoints(units, whole);
    }

    /// @inheritdoc IMemberRegistry
    function mayActFor(address key, uint16 id) external view returns (bool) {
        uint16 caller = _byKey[key];
        return caller != 0 && (caller == id || caller == _members[id].host);
    }

    /// @inheritdoc IMemberRegistry
    function debtorOf(uint16 issuer) external view returns (uint16 debtor) {
        debtor = issuer;
        for (uint16 next = _members[debtor].successor; next != 0; next = _members[debtor].successor) debtor = next;
    }

    function _changeKey(uint16 id, address newKey) private {
        Member storage m = _known(id);
        address oldKey = m.key;
        delete _byKey[oldKey];
        _bindKey(id, newKey);
        m.key = newKey;
        emit MemberKeyChanged(id, oldKey, newKey);
    }

    function _bindKey(uint16 id, address key) private {
        if (key == address(0)) revert KeyMissing();
        if (_byKey[key] != 0) revert KeyInUse(key);
        _byKey[key] = id;
    }

    function _byCaller(address key) private view returns (uint16 id) {
        id = _byKey[key];
        if (id == 0) revert NotAMember(key);
    }

    function _known(uint16 id) private view returns (Member storage m) {
        m = _members[id];
        if (m.status == Status.None) revert UnknownMember(id);
    }

    function _requireRole(uint16 id, uint8 roles, uint8 role) private pure {
        if (roles & role == 0) revert MemberLacksRole(id, role);
    }

    function _requireActive(uint16 id, Status status) private pure {
        if (status != Status.Active) revert MemberNotActive(id, status);
    }
}
