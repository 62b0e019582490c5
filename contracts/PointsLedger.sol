// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Corrections} from "./Corrections.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IPointsLedger} from "./interfaces/IPointsLedger.sol";
import {IRateBook} from "./interfaces/IRateBook.sol";
import {Lanes} from "./Lanes.sol";
import {Months} from "./Months.sol";

/// @title The ledger: holds, captures, releases, refunds and donations on top of lots, mints and corrections.
contract PointsLedger is Corrections {
    uint256 internal constant LONGEST_HOLD_S = 30 days;
    /// A hold may outlive the earliest of its points by this much, so that a service just after their date can be had.
    uint256 internal constant PAST_EXPIRY_S = 14 days;
    uint256 internal constant REFUND_WINDOW_S = 90 days;

    enum Phase { Held, Captured }

    address private _desk;
    mapping(bytes32 id => bytes32) private _commitments;

    constructor(address authority, IMemberRegistry registry, IClearingHouse clearing) AccessManaged(authority) {
        REGISTRY = registry;
        CLEARING = clearing;
    }

    /// @inheritdoc IPointsLedger
    function replaceRateBook(address book) external restricted {
        _rateBook = IRateBook(book);
        emit RateBookReplaced(book);
    }

    /// @inheritdoc IPointsLedger
    function appointDesk(address newDesk) external restricted {
        _desk = newDesk;
        emit DeskAppointed(newDesk);
    }

    /// @inheritdoc IPointsLedger
    function placeHold(
        bytes32 id, uint16 issuer, address account, uint16 acceptor, uint32 units, uint40 deadline, uint40 serviceAt
    ) external unlessPaused {
        _requireDeskAndFreshId(id, units);
        REGISTRY.checkRedemption(issuer, acceptor, units);
        if (serviceAt > deadline) revert ServiceAfterDeadline(serviceAt, deadline);
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint192 slices = _takeFree(issuer, account, nowEpoch, units);
        _requireDeadline(deadline, Lanes.earliest(slices, nowEpoch));
        for (uint256 epoch = nowEpoch; epoch < nowEpoch + Lanes.COUNT; ++epoch) {
            uint64 slice = uint64(Lanes.at(slices, epoch));
            if (slice == 0) continue;
            Class storage c = _classes[issuer][epoch];
            c.free -= slice;
            c.held += slice;
            emit Transfer(msg.sender, account, address(this), _tokenId(issuer, epoch), slice);
        }
        Hold memory entry = Hold(issuer, acceptor, account, deadline, serviceAt, uint16(nowEpoch), slices, msg.sender);
        _commitments[id] = _commitment(Phase.Held, entry);
        emit HoldPlaced(id, issuer, account, entry);
    }

    /// @inheritdoc IPointsLedger
    function capture(bytes32 id, Hold calldata entry, uint32 units) external unlessStrict {
        _requirePhase(id, entry, Phase.Held);
        if (deadlinePassed(entry.deadline)) revert DeadlinePassed(entry.deadline);
        uint256 held = Lanes.total(entry.slices);
        if (units == 0 || units > held) revert UnitsOutOfRange(units, held);

        uint192 captured = uint192(Lanes.takeEarliest(entry.slices, entry.epoch, units));
        for (uint256 epoch = entry.epoch; epoch < uint256(entry.epoch) + Lanes.COUNT; ++epoch) {
            uint64 slice = uint64(Lanes.at(captured, epoch));
            if (slice == 0) continue;
            Class storage c = _classes[entry.issuer][epoch];
            c.held -= slice;
            c.captured += slice;
            emit Transfer(msg.sender, address(this), address(0), _tokenId(entry.issuer, epoch), slice);
        }
        if (units < held) _unhold(entry, entry.slices - captured, false);

        Hold memory after_ = entry;
        after_.slices = captured;
        after_.deadline = uint40(block.timestamp + REFUND_WINDOW_S);
        _commitments[id] = _commitment(Phase.Captured, after_);
        emit HoldCaptured(id, entry.issuer, entry.acceptor, units, after_);
        CLEARING.record(REGISTRY.debtorOf(entry.issuer), entry.acceptor, int64(uint64(units)), id);
    }

    /// @inheritdoc IPointsLedger
    function release(bytes32 id, Hold calldata entry, Releaser by) external {
        _requirePhase(id, entry, Phase.Held);
        if (by == Releaser.Resident && block.timestamp > entry.serviceAt) revert ServiceTimePassed(entry.serviceAt);
        if (by == Releaser.Anyone && !deadlinePassed(entry.deadline)) revert DeadlineNotPassed(entry.deadline);
        _commitments[id] = ENDED;
        _unhold(entry, entry.slices, by == Releaser.Resident);
        emit HoldReleased(id, entry.issuer, entry.account, by);
    }

    /// @inheritdoc IPointsLedger
    function refund(bytes32 id, Hold calldata entry, uint32 units) external {
        _requirePhase(id, entry, Phase.Captured);
        if (block.timestamp > entry.deadline) revert DeadlinePassed(entry.deadline);
        uint256 captured = Lanes.total(entry.slices);
        if (units == 0 || units > captured) revert UnitsOutOfRange(units, captured);

        uint192 returned = uint192(Lanes.takeLatest(entry.slices, entry.epoch, units));
        Hold memory after_ = entry;
        after_.slices = entry.slices - returned;
        _commitments[id] = units == captured ? ENDED : _commitment(Phase.Captured, after_);
        uint256 word = Lanes.present(_words[entry.issuer][entry.account], Months.epochOf(block.timestamp));
        uint256 firstLanding = Months.firstLandingEpoch(block.timestamp);
        for (uint256 epoch = entry.epoch; epoch < uint256(entry.epoch) + Lanes.COUNT; ++epoch) {
            uint256 slice = Lanes.at(returned, epoch);
            if (slice == 0) continue;
            _classes[entry.issuer][epoch].refundedIn += uint64(slice);
            word = _land(word, entry.issuer, entry.account, epoch, slice, firstLanding);
        }
        _words[entry.issuer][entry.account] = word;
        emit HoldRefunded(id, entry.issuer, entry.account, units, after_);
        CLEARING.record(REGISTRY.debtorOf(entry.issuer), entry.acceptor, -int64(uint64(units)), id);
    }

    /// @inheritdoc IPointsLedger
    function donate(bytes32 id, uint16 issuer, address account, address fundAccount, uint32 units)
        external
        unlessPaused
    {
        _requireDeskAndFreshId(id, units);
        if (REGISTRY.fundMemberOf(fundAccount) == 0) revert NotAFundAccount(fundAccount);
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint192 slices = _takeFree(issuer, account, nowEpoch, units);
        uint256 word = Lanes.present(_words[issuer][fundAccount], nowEpoch);
        for (uint256 epoch = nowEpoch; epoch < nowEpoch + Lanes.COUNT; ++epoch) {
            uint256 slice = Lanes.at(slices, epoch);
            if (slice == 0) continue;
            word = _addToLane(word, issuer, fundAccount, epoch, slice);
            emit Transfer(msg.sender, account, fundAccount, _tokenId(issuer, epoch), slice);
        }
        _words[issuer][fundAccount] = word;
        _commitments[id] = ENDED;
        emit Donated(id, issuer, account, fundAccount, slices);
    }

    /// @inheritdoc IPointsLedger
    function issuerState(uint16 issuer) external view returns (IssuerState memory) {
        return _issuers[issuer];
    }

    /// @inheritdoc IPointsLedger
    function batchHash(uint16 issuer, uint64 number) external view returns (bytes32) {
        return _batchHashes[issuer][number];
    }

    /// @inheritdoc IPointsLedger
    function awardOf(uint16 issuer, uint64 number, bytes32 key) external view returns (Award memory) {
        return _awards[_awardId(issuer, number, key)];
    }

    /// @inheritdoc IPointsLedger
    function commitmentOf(bytes32 id) external view returns (bytes32) {
        return _commitments[id];
    }

    /// @inheritdoc IPointsLedger
    function rateBook() external view returns (address) {
        return address(_rateBook);
    }

    /// @inheritdoc IPointsLedger
    function desk() external view returns (address) {
        return _desk;
    }

    function _requireDeskAndFreshId(bytes32 id, uint32 units) private view {
        if (msg.sender != _desk) revert NotTheDesk(msg.sender);
        if (_commitments[id] != 0) revert HoldIdUsed(id);
        if (units == 0) revert ZeroUnits();
    }

    function _requirePhase(bytes32 id, Hold calldata entry, Phase phase) private view {
        if (msg.sender != entry.desk) revert NotTheDesk(msg.sender);
        if (_commitments[id] != _commitment(phase, entry)) revert HoldMismatch(id);
    }

    /// @dev Within 30 days, and within 14 days of the earliest date among its points.
    function _requireDeadline(uint256 deadline, uint256 earliestEpoch) private view {
        uint256 latest = block.timestamp + LONGEST_HOLD_S;
        uint256 byExpiry = Months.endOfEpoch(earliestEpoch) + PAST_EXPIRY_S;
        if (byExpiry < latest) latest = byExpiry;
        if (deadline <= block.timestamp || deadline > latest) {
            revert DeadlineOutOfRange(deadline, block.timestamp + 1, latest);
        }
    }

    function _takeFree(uint16 issuer, address account, uint256 nowEpoch, uint256 units)
        private
        returns (uint192 slices)
    {
        uint256 word = Lanes.present(_words[issuer][account], nowEpoch);
        slices = uint192(Lanes.takeEarliest(word, nowEpoch, units));
        uint256 taken = Lanes.total(slices);
        if (taken != units) revert InsufficientPoints(taken, units);
        _words[issuer][account] = word - slices;
    }

    /// @dev A resident's own cancel never extends life: its slices go back to their own epochs, or expire then and there.
    function _unhold(Hold calldata entry, uint192 slices, bool ownCancel) private {
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint256 word = Lanes.present(_words[entry.issuer][entry.account], nowEpoch);
        uint256 firstLanding = ownCancel ? 0 : Months.firstLandingEpoch(block.timestamp);
        for (uint256 epoch = entry.epoch; epoch < uint256(entry.epoch) + Lanes.COUNT; ++epoch) {
            uint256 slice = Lanes.at(slices, epoch);
            if (slice == 0) continue;
            _classes[entry.issuer][epoch].held -= uint64(slice);
            emit Transfer(msg.sender, address(this), address(0), _tokenId(entry.issuer, epoch), slice);
            if (ownCancel && epoch < nowEpoch) _classes[entry.issuer][epoch].expired += uint64(slice);
            else word = _land(word, entry.issuer, entry.account, epoch, slice, firstLanding);
        }
        _words[entry.issuer][entry.account] = word;
    }

    function _commitment(Phase phase, Hold memory entry) private pure returns (bytes32) {
        return keccak256(abi.encode(phase, entry));
    }
}
