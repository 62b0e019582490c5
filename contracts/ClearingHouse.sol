// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";

/// @title Obligations, positions and windows. See `IClearingHouse`.
contract ClearingHouse is IClearingHouse, AccessManaged {
    /// A window lives at least this long, so that nobody can fill the list of unsettled ones in an hour.
    uint256 internal constant LEAST_WINDOW_S = 10 minutes;
    /// A mint reads the position in each of these, so they are bounded.
    uint256 internal constant MOST_UNSETTLED = 64;

    IMemberRegistry private immutable REGISTRY;

    address private _ledger;
    uint32 private _latest;
    uint64 private _nextUnitPrice;
    uint32[] private _unsettled;
    mapping(uint32 window => Window) private _windows;
    mapping(uint32 window => mapping(uint16 member => int256)) private _positions;
    mapping(uint32 window => mapping(uint16 debtor => mapping(uint16 creditor => int256))) private _obligations;
    mapping(uint32 window => mapping(uint16 debtor => mapping(uint16 creditor => int256))) private _reversed;
    mapping(uint32 window => Transfer[]) private _settlements;
    mapping(uint32 window => uint256) private _confirmationsLeft;
    mapping(bytes32 id => Dispute) private _disputes;

    constructor(address authority, IMemberRegistry registry, uint64 unitPriceMicroYuan) AccessManaged(authority) {
        if (unitPriceMicroYuan == 0) revert UnitPriceMissing();
        REGISTRY = registry;
        _nextUnitPrice = unitPriceMicroYuan;
        _open(uint64(block.number));
    }

    /// @inheritdoc IClearingHouse
    function bindLedger(address ledger) external restricted {
        if (_ledger != address(0)) revert LedgerAlreadyBound(_ledger);
        _ledger = ledger;
        emit LedgerBound(ledger);
    }

    /// @inheritdoc IClearingHouse
    function setUnitPrice(uint64 unitPriceMicroYuan) external restricted {
        if (unitPriceMicroYuan == 0) revert UnitPriceMissing();
        _nextUnitPrice = unitPriceMicroYuan;
        emit UnitPriceAgreed(unitPriceMicroYuan);
    }

    /// @inheritdoc IClearingHouse
    function record(uint16 debtor, uint16 creditor, int64 units) external {
        if (msg.sender != _ledger) revert OnlyLedger(msg.sender);
        _enter(debtor, creditor, units);
    }

    /// @inheritdoc IClearingHouse
    function closeWindow() external {
        uint16 by = REGISTRY.activeMember(msg.sender);
        uint32 id = _latest;
        Window storage w = _windows[id];
        uint256 closesFrom = w.openedAt + LEAST_WINDOW_S;
        if (block.number < w.openedBlock || block.timestamp < closesFrom) revert WindowTooYoung(id, closesFrom);
        if (_unsettled.length >= MOST_UNSETTLED) revert TooManyUnsettledWindows(_unsettled.length);
        w.closeBlock = uint64(block.number);
        emit WindowClosed(id, uint64(block.number), by);
        _open(uint64(block.number + 1));
    }

    /// @inheritdoc IClearingHouse
    function publishSettlement(uint32 id, Transfer[] calldata transfers) external {
        uint16 by = REGISTRY.activeMember(msg.sender);
        Window storage w = _windows[id];
        if (w.openedBlock == 0) revert WindowUnknown(id);
        if (w.closeBlock == 0 || block.number <= w.closeBlock) revert WindowStillOpen(id);
        if (w.published) revert SettlementAlreadyPublished(id);
        _checkSettlement(id, transfers);
        w.published = true;
        for (uint256 i = 0; i < transfers.length; ++i) _settlements[id].push(transfers[i]);
        _confirmationsLeft[id] = 2 * transfers.length;
        emit SettlementPublished(id, by, transfers);
        if (transfers.length == 0) _settle(id);
    }

    /// @inheritdoc IClearingHouse
    function confirmTransfer(uint32 id, uint256 index) external {
        uint16 caller = REGISTRY.memberOf(msg.sender);
        if (index >= _settlements[id].length) revert SettlementMissing(id);
        Transfer storage t = _settlements[id][index];
        if (caller == t.payer && !t.payerConfirmed) t.payerConfirmed = true;
        else if (caller == t.payee && !t.payeeConfirmed) t.payeeConfirmed = true;
        else if (caller == t.payer || caller == t.payee) revert AlreadyConfirmed(id, index, caller);
        else revert NotAPartyTo(caller);
        emit TransferConfirmed(id, index, caller);
        if (--_confirmationsLeft[id] == 0) _settle(id);
    }

    /// @inheritdoc IClearingHouse
    function proposeReversal(Dispute calldata entry, bytes32 id, bytes32 reasonHash) external {
        uint16 caller = REGISTRY.memberOf(msg.sender);
        if (caller == 0 || caller != entry.proposer || (caller != entry.debtor && caller != entry.creditor)) {
            revert NotAPartyTo(caller);
        }
        if (_disputes[id].proposer != 0) revert DisputeExists(id);
        _checkReversal(entry);
        _disputes[id] = entry;
        emit DisputeProposed(id, entry, reasonHash);
    }

    /// @inheritdoc IClearingHouse
    function acceptReversal(bytes32 id) external {
        Dispute memory entry = _disputes[id];
        if (entry.units == 0) revert DisputeUnknown(id);
        uint16 caller = REGISTRY.memberOf(msg.sender);
        if (caller == entry.proposer || (caller != entry.debtor && caller != entry.creditor)) revert NotAPartyTo(caller);
        _checkReversal(entry);
        _disputes[id].units = 0;
        _reversed[entry.originWindow][entry.debtor][entry.creditor] += int256(uint256(entry.units));
        _enter(entry.debtor, entry.creditor, -int64(entry.units));
        emit DisputeAccepted(id, entry.debtor, entry.creditor, entry.units);
    }

    /// @inheritdoc IClearingHouse
    function openWindow() public view returns (uint32) {
        // A window opened by this very block's close begins with the next block.
        return block.number < _windows[_latest].openedBlock ? _latest - 1 : _latest;
    }

    /// @inheritdoc IClearingHouse
    function windowOf(uint32 id) external view returns (Window memory) {
        return _windows[id];
    }

    /// @inheritdoc IClearingHouse
    function unsettledWindows() external view returns (uint32[] memory) {
        return _unsettled;
    }

    /// @inheritdoc IClearingHouse
    function positionOf(uint32 id, uint16 member) external view returns (int256) {
        return _positions[id][member];
    }

    /// @inheritdoc IClearingHouse
    function obligationOf(uint32 id, uint16 debtor, uint16 creditor) external view returns (int256) {
        return _obligations[id][debtor][creditor];
    }

    /// @inheritdoc IClearingHouse
    function settlementOf(uint32 id) external view returns (Transfer[] memory) {
        return _settlements[id];
    }

    /// @inheritdoc IClearingHouse
    function unsettledDebit(uint16 member) external view returns (uint256) {
        int256 balance = 0;
        for (uint256 i = 0; i < _unsettled.length; ++i) balance += _positions[_unsettled[i]][member];
        return balance < 0 ? uint256(-balance) : 0;
    }

    function _enter(uint16 debtor, uint16 creditor, int64 units) private {
        uint32 id = openWindow();
        _obligations[id][debtor][creditor] += units;
        _positions[id][debtor] -= units;
        _positions[id][creditor] += units;
    }

    function _open(uint64 fromBlock) private {
        uint32 id = ++_latest;
        _windows[id] = Window(fromBlock, 0, uint40(block.timestamp), false, false, _nextUnitPrice);
        _unsettled.push(id);
        emit WindowOpened(id, fromBlock, _nextUnitPrice);
    }

    function _settle(uint32 id) private {
        _windows[id].settled = true;
        uint256 last = _unsettled.length - 1;
        for (uint256 i = 0; i < last; ++i) {
            if (_unsettled[i] == id) {
                _unsettled[i] = _unsettled[last];
                break;
            }
        }
        _unsettled.pop();
        emit WindowSettled(id);
    }

    /// @dev Transfers must move each member from its position to zero, in at most one fewer than the members that have one.
    function _checkSettlement(uint32 id, Transfer[] calldata transfers) private view {
        uint256 count = REGISTRY.memberCount();
        int256[] memory settled = new int256[](count + 1);
        for (uint256 i = 0; i < transfers.length; ++i) {
            Transfer calldata t = transfers[i];
            bool known = t.payer != 0 && t.payee != 0 && t.payer <= count && t.payee <= count;
            if (!known || t.payer == t.payee || t.units == 0 || t.payerConfirmed || t.payeeConfirmed) {
                revert TransferMalformed(i);
            }
            settled[t.payer] -= int256(uint256(t.units));
            settled[t.payee] += int256(uint256(t.units));
        }
        uint256 parties = 0;
        for (uint16 member = 1; member <= count; ++member) {
            int256 position = _positions[id][member];
            if (position != settled[member]) revert SettlementMismatch(member, position, settled[member]);
            if (position != 0) ++parties;
        }
        uint256 most = parties == 0 ? 0 : parties - 1;
        if (transfers.length > most) revert SettlementTooLong(transfers.length, most);
    }

    function _checkReversal(Dispute memory entry) private view {
        Window storage w = _windows[entry.originWindow];
        if (w.closeBlock == 0 || block.number <= w.closeBlock) revert WindowStillOpen(entry.originWindow);
        int256 most = _obligations[entry.originWindow][entry.debtor][entry.creditor]
            - _reversed[entry.originWindow][entry.debtor][entry.creditor];
        if (entry.units == 0 || int256(uint256(entry.units)) > most) revert DisputeTooLarge(entry.units, most);
    }
}
