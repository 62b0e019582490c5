// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {EIP712} from "@openzeppelin/contracts/utils/cryptography/EIP712.sol";
import {FundAccounts} from "./FundAccounts.sol";
import {Holds} from "./Holds.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IPointsLedger} from "./interfaces/IPointsLedger.sol";
import {IRedemptionDesk} from "./interfaces/IRedemptionDesk.sol";
import {Months} from "./Months.sol";
import {Passkeys} from "./Passkeys.sol";

/// @title Authorisations, channels and caps. See `IRedemptionDesk`.
contract RedemptionDesk is IRedemptionDesk, AccessManaged, EIP712 {
    using Holds for IPointsLedger.Hold;

    bytes32 internal constant HOLD_TYPE = keccak256(
        "HoldAuthorisation(bytes32 holdId,uint16 issuer,address account,uint16 acceptor,uint32 units,uint40 deadline,uint40 serviceAt,uint40 expiresAt)"
    );
    bytes32 internal constant CANCEL_TYPE = keccak256("CancelAuthorisation(bytes32 holdId,uint40 expiresAt)");
    bytes32 internal constant DONATION_TYPE = keccak256(
        "DonationAuthorisation(bytes32 donationId,uint16 issuer,address account,address fundAccount,uint32 units,uint40 expiresAt)"
    );
    bytes32 internal constant KEY_TYPE =
        keccak256("KeyRegistration(address account,address key,uint8 nonce,uint40 expiresAt)");
    /// A foreign first key waits this long, so that the resident can object by a second channel.
    uint256 internal constant FIRST_KEY_WAIT_S = 7 days;
    uint256 internal constant FIRST_KEY_CAPPED_S = 30 days;
    /// An ECDSA signature; anything else is a passkey's proof.
    uint256 internal constant SIGNATURE_BYTES = 65;

    struct OperatorUsage {
        uint64 day;
        uint64 units;
    }

    IMemberRegistry private immutable REGISTRY;
    IPointsLedger private immutable LEDGER;

    uint32 private _accountMonthlyUnits;
    uint64 private _operatorDailyUnits;
    mapping(address account => AccountRecord) private _accounts;
    mapping(uint16 operator => OperatorUsage) private _operators;
    mapping(address passkey => uint32) private _counters;

    constructor(
        address authority,
        IMemberRegistry registry,
        IPointsLedger ledger,
        uint32 accountMonthlyUnits,
        uint64 operatorDailyUnits
    ) AccessManaged(authority) EIP712("Tongdui RedemptionDesk", "1") {
        REGISTRY = registry;
        LEDGER = ledger;
        _accountMonthlyUnits = accountMonthlyUnits;
        _operatorDailyUnits = operatorDailyUnits;
        emit CapsChanged(accountMonthlyUnits, operatorDailyUnits);
    }

    /// @inheritdoc IRedemptionDesk
    function setCaps(uint32 accountMonthlyUnits, uint64 operatorDailyUnits) external restricted {
        _accountMonthlyUnits = accountMonthlyUnits;
        _operatorDailyUnits = operatorDailyUnits;
        emit CapsChanged(accountMonthlyUnits, operatorDailyUnits);
    }

    /// @inheritdoc IRedemptionDesk
    function hold(HoldRequest calldata request) external {
        _useCustody(request.account, request.units);
        _place(request);
    }

    /// @inheritdoc IRedemptionDesk
    function holdSigned(HoldRequest calldata request, uint40 expiresAt, bytes calldata signature) external {
        bytes32 content = keccak256(
            abi.encode(
                HOLD_TYPE,
                request.holdId,
                request.issuer,
                request.account,
                request.acceptor,
                request.units,
                request.deadline,
                request.serviceAt,
                expiresAt
            )
        );
        _useKey(request.account, request.units, content, expiresAt, signature);
        _place(request);
    }

    /// @inheritdoc IRedemptionDesk
    function holdFromFund(HoldRequest calldata request) external {
        _requireFund(request.account);
        _place(request);
    }

    /// @inheritdoc IRedemptionDesk
    function capture(bytes32 id, IPointsLedger.Hold memory entry, uint32 units) external {
        _requireAcceptor(entry.acceptorOf());
        LEDGER.capture(id, entry, units);
    }

    /// @inheritdoc IRedemptionDesk
    function refund(bytes32 id, IPointsLedger.Hold memory entry, uint32 units) external {
        _requireAcceptor(entry.acceptorOf());
        LEDGER.refund(id, entry, units);
    }

    /// @inheritdoc IRedemptionDesk
    function decline(bytes32 id, IPointsLedger.Hold memory entry) external {
        _requireAcceptor(entry.acceptorOf());
        LEDGER.release(id, entry, IPointsLedger.Releaser.Acceptor);
    }

    /// @inheritdoc IRedemptionDesk
    function cancel(bytes32 id, IPointsLedger.Hold memory entry) external {
        address account = entry.accountOf();
        if (FundAccounts.isFundAccount(account)) {
            _requireFund(account);
        } else {
            REGISTRY.operatorOf(msg.sender);
            if (_keyInEffect(_accounts[account])) revert AccountHasKey(account);
        }
        LEDGER.release(id, entry, IPointsLedger.Releaser.Resident);
    }

    /// @inheritdoc IRedemptionDesk
    function cancelSigned(bytes32 id, IPointsLedger.Hold memory entry, uint40 expiresAt, bytes calldata signature)
        external
    {
        _requireSignature(entry.accountOf(), keccak256(abi.encode(CANCEL_TYPE, id, expiresAt)), expiresAt, signature);
        LEDGER.release(id, entry, IPointsLedger.Releaser.Resident);
    }

    /// @inheritdoc IRedemptionDesk
    function releaseOverdue(bytes32 id, IPointsLedger.Hold memory entry) external {
        LEDGER.release(id, entry, IPointsLedger.Releaser.Anyone);
    }

    /// @inheritdoc IRedemptionDesk
    function donate(DonationRequest calldata request) external {
        _useCustody(request.account, request.units);
        _give(request);
    }

    /// @inheritdoc IRedemptionDesk
    function donateSigned(DonationRequest calldata request, uint40 expiresAt, bytes calldata signature) external {
        bytes32 content = keccak256(
            abi.encode(
                DONATION_TYPE,
                request.donationId,
                request.issuer,
                request.account,
                request.fundAccount,
                request.units,
                expiresAt
            )
        );
        _useKey(request.account, request.units, content, expiresAt, signature);
        _give(request);
    }

    /// @inheritdoc IRedemptionDesk
    function registerKey(address account, address key, uint40 expiresAt, bytes calldata signature) external {
        AccountRecord storage a = _accounts[account];
        if (key == address(0) || key == a.key) revert KeyMalformed(account, key);
        if (FundAccounts.isFundAccount(account)) revert AccountIsTheFunds(account);
        address signer = key;
        uint256 effectiveAt = a.keyEffectiveAt;
        if (_keyInEffect(a)) {
            signer = a.key; // a change of keys: the old one's word, at once
        } else if (key == account) {
            effectiveAt = block.timestamp;
            a.cappedAtFirst = false;
        } else {
            REGISTRY.operatorOf(msg.sender);
            effectiveAt = block.timestamp + FIRST_KEY_WAIT_S;
            a.cappedAtFirst = true;
        }
        _checkSignature(keccak256(abi.encode(KEY_TYPE, account, key, a.keyNonce, expiresAt)), expiresAt, signature, signer);
        _countKey(a);
        a.key = key;
        a.keyEffectiveAt = uint32(effectiveAt);
        emit KeyAnnounced(account, key, uint32(effectiveAt));
    }

    /// @inheritdoc IRedemptionDesk
    function withdrawKey(address account) external {
        REGISTRY.operatorOf(msg.sender);
        AccountRecord storage a = _accounts[account];
        if (a.key == address(0)) revert AccountHasNoKey(account);
        if (_keyInEffect(a)) revert KeyAlreadyEffective(account);
        emit KeyWithdrawn(account, a.key);
        _countKey(a);
        a.key = address(0);
        a.keyEffectiveAt = 0;
    }

    /// @inheritdoc IRedemptionDesk
    function tryAll(bytes[] calldata calls) external returns (bool[] memory done) {
        done = new bool[](calls.length);
        for (uint256 i = 0; i < calls.length; ++i) {
            bytes memory reason;
            // Itself, so the caller and the caller's rights stay the same.
            (done[i], reason) = address(this).delegatecall(calls[i]);
            if (!done[i]) emit CallRefused(i, reason);
        }
    }

    /// @inheritdoc IRedemptionDesk
    function accountRecord(address account) external view returns (AccountRecord memory) {
        return _accounts[account];
    }

    /// @inheritdoc IRedemptionDesk
    function caps() external view returns (uint32, uint64) {
        return (_accountMonthlyUnits, _operatorDailyUnits);
    }

    /// @inheritdoc IRedemptionDesk
    function operatorHeadroom(uint16 operator) public view returns (uint256) {
        OperatorUsage storage usage = _operators[operator];
        uint256 used = usage.day == _today() ? usage.units : 0;
        return _operatorDailyUnits > used ? _operatorDailyUnits - used : 0;
    }

    function _place(HoldRequest calldata r) private {
        LEDGER.placeHold(r.holdId, r.issuer, r.account, r.acceptor, r.units, r.deadline, r.serviceAt);
    }

    function _give(DonationRequest calldata r) private {
        LEDGER.donate(r.donationId, r.issuer, r.account, r.fundAccount, r.units);
    }

    /// @dev The custodial channel: an operator, an account without a key in effect, both caps.
    function _useCustody(address account, uint32 units) private {
        uint16 operator = REGISTRY.operatorOf(msg.sender);
        if (FundAccounts.isFundAccount(account)) revert AccountIsTheFunds(account);
        AccountRecord memory a = _accounts[account];
        if (_keyInEffect(a)) revert AccountHasKey(account);
        _useAccountCap(account, a, units);
        uint256 headroom = operatorHeadroom(operator);
        if (units > headroom) revert OperatorCapReached(operator, headroom);
        _operators[operator] = OperatorUsage(uint64(_today()), uint64(_operatorDailyUnits - headroom + units));
    }

    /// @dev The resident's own key; a foreign first key stays under the account's cap for its first 30 days.
    function _useKey(address account, uint32 units, bytes32 content, uint40 expiresAt, bytes calldata signature)
        private
    {
        AccountRecord memory a = _requireSignature(account, content, expiresAt, signature);
        if (a.cappedAtFirst && block.timestamp < a.keyEffectiveAt + FIRST_KEY_CAPPED_S) {
            _useAccountCap(account, a, units);
        }
    }

    function _useAccountCap(address account, AccountRecord memory a, uint32 units) private {
        uint16 month = uint16(Months.monthOf(block.timestamp));
        if (a.usageMonth != month) (a.usageMonth, a.usedUnits) = (month, 0);
        uint256 headroom = _accountMonthlyUnits > a.usedUnits ? _accountMonthlyUnits - a.usedUnits : 0;
        if (units > headroom) revert AccountCapReached(account, headroom);
        a.usedUnits += units;
        _accounts[account] = a;
    }

    function _requireSignature(address account, bytes32 content, uint40 expiresAt, bytes calldata signature)
        private
        returns (AccountRecord memory a)
    {
        a = _accounts[account];
        if (!_keyInEffect(a)) revert AccountHasNoKey(account);
        _checkSignature(content, expiresAt, signature, a.key);
    }

    function _checkSignature(bytes32 content, uint40 expiresAt, bytes calldata signature, address expected) private {
        if (block.timestamp > expiresAt) revert AuthorisationExpired(expiresAt);
        bytes32 digest = _hashTypedDataV4(content);
        if (signature.length == SIGNATURE_BYTES) {
            (address signer,,) = ECDSA.tryRecover(digest, signature);
            if (signer != expected) revert SignatureMismatch(signer, expected);
        } else {
            (address passkey, uint32 counter) = Passkeys.signerOf(digest, signature);
            if (passkey != expected) revert SignatureMismatch(passkey, expected);
            _countPasskey(passkey, counter);
        }
    }

    /// @dev A counter that does not rise is a copy of the key; one that keeps none says 0 for ever.
    function _countPasskey(address passkey, uint32 counter) private {
        uint32 last = _counters[passkey];
        if (counter == 0 && last == 0) return;
        if (counter <= last) revert PasskeyCounterNotHigher(passkey, counter, last);
        _counters[passkey] = counter;
    }

    function _requireFund(address account) private view {
        uint16 caller = REGISTRY.memberOf(msg.sender);
        if (caller == 0 || REGISTRY.fundMemberOf(account) != caller) revert NotTheFundsAccount(account, caller);
    }

    function _requireAcceptor(uint16 acceptor) private view {
        if (!REGISTRY.mayActFor(msg.sender, acceptor)) revert NotTheAcceptor(acceptor, msg.sender);
    }

    function _countKey(AccountRecord storage a) private {
        unchecked {
            ++a.keyNonce; // begins anew after 255: else whoever announces that many keys could keep the resident's out for good
        }
    }

    function _keyInEffect(AccountRecord memory a) private view returns (bool) {
        return a.key != address(0) && block.timestamp >= a.keyEffectiveAt;
    }

    function _today() private view returns (uint256) {
        return (block.timestamp + Months.BEIJING_OFFSET_S) / 1 days;
    }
}
