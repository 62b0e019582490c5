// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {Corrections} from "./Corrections.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IPointsLedger} from "./interfaces/IPointsLedger.sol";
import {IRateBook} from "./interfaces/IRateBook.sol";
import {Holds} from "./Holds.sol";
import {Lanes} from "./Lanes.sol";
import {Months} from "./Months.sol";

/// @title The ledger: holds, captures, releases, refunds and donations on top of lots, mints and corrections.
contract PointsLedger is Corrections {
    using Holds for Hold;
    using Lanes for uint256;

    uint256 internal constant LONGEST_HOLD_S = 30 days;
    /// A hold may outlive the earliest of its points by this much, so that a service just after their date can be had.
    uint256 internal constant PAST_EXPIRY_S = 14 days;
    uint256 internal constant REFUND_WINDOW_S = 90 days;

    enum Phase { Held, Captured }

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
        REGISTRY.checkAcceptor(acceptor, units);
        if (serviceAt > deadline) revert ServiceAfterDeadline(serviceAt, deadline);
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint256 slices = _takeFree(issuer, account, nowEpoch, units);
        (uint256 epoch, uint256 slice, uint256 rest) = slices.next(nowEpoch);
        _requireDeadline(deadline, epoch);
        while (true) {
            Class storage c = _classes[issuer][epoch];
            (c.free, c.held) = (c.free - uint64(slice), c.held + uint64(slice));
            emit Transfer(msg.sender, account, address(0), _tokenId(issuer, epoch), slice);
            if (rest == 0) break;
            (epoch, slice, rest) = rest.next(epoch);
        }
        Hold memory hold = Holds.packed(issuer, account, acceptor, deadline, serviceAt, nowEpoch, slices);
        _commitments[id] = _commitment(Phase.Held, hold);
        emit HoldPlaced(id, issuer, account, hold);
    }

    /// @inheritdoc IPointsLedger
    function capture(bytes32 id, Hold memory hold, uint32 units) external unlessStrict {
        _requirePhase(id, hold, Phase.Held);
        uint256 deadline = hold.deadlineOf();
        if (deadlinePassed(deadline)) revert DeadlinePassed(deadline);
        uint256 slices = hold.slicesOf();
        uint256 held = slices.total();
        if (units == 0 || units > held) revert UnitsOutOfRange(units, held);

        uint16 issuer = hold.issuerOf();
        uint256 captured = slices.takeEarliest(hold.epochOf(), units);
        uint256 epoch = hold.epochOf();
        uint256 slice;
        for (uint256 rest = captured; rest != 0;) {
            (epoch, slice, rest) = rest.next(epoch);
            Class storage c = _classes[issuer][epoch];
            (c.held, c.captured) = (c.held - uint64(slice), c.captured + uint64(slice));
        }
        if (units < held) _unhold(hold, slices - captured, false);

        hold.setSlices(captured);
        hold.setDeadline(block.timestamp + REFUND_WINDOW_S);
        _commitments[id] = _commitment(Phase.Captured, hold);
        uint16 debtor = REGISTRY.debtorOf(issuer);
        uint16 creditor = hold.acceptorOf();
        emit HoldCaptured(id, debtor, creditor, units, hold);
        CLEARING.record(debtor, creditor, int64(uint64(units)));
    }

    /// @inheritdoc IPointsLedger
    function release(bytes32 id, Hold memory hold, Releaser by) external {
        _requirePhase(id, hold, Phase.Held);
        if (by == Releaser.Resident && block.timestamp > hold.serviceAtOf()) revert ServiceTimePassed(hold.serviceAtOf());
        if (by == Releaser.Anyone && !deadlinePassed(hold.deadlineOf())) revert DeadlineNotPassed(hold.deadlineOf());
        _commitments[id] = ENDED;
        _unhold(hold, hold.slicesOf(), by == Releaser.Resident);
        emit HoldReleased(id, hold.issuerOf(), hold.accountOf(), by);
    }

    /// @inheritdoc IPointsLedger
    function refund(bytes32 id, Hold memory hold, uint32 units) external {
        _requirePhase(id, hold, Phase.Captured);
        if (block.timestamp > hold.deadlineOf()) revert DeadlinePassed(hold.deadlineOf());
        uint256 slices = hold.slicesOf();
        uint256 captured = slices.total();
        if (units == 0 || units > captured) revert UnitsOutOfRange(units, captured);

        (uint16 issuer, address account) = (hold.issuerOf(), hold.accountOf());
        uint256 epoch = hold.epochOf();
        uint256 returned = slices.takeLatest(epoch, units);
        hold.setSlices(slices - returned);
        _commitments[id] = units == captured ? ENDED : _commitment(Phase.Captured, hold);
        uint256 word = Lanes.present(_words[issuer][account], Months.epochOf(block.timestamp));
        uint256 firstLanding = Months.firstLandingEpoch(block.timestamp);
        uint256 slice;
        for (uint256 rest = returned; rest != 0;) {
            (epoch, slice, rest) = rest.next(epoch);
            _classes[issuer][epoch].refundedIn += uint64(slice);
            word = _land(word, issuer, account, epoch, slice, firstLanding);
        }
        _words[issuer][account] = word;
        uint16 debtor = REGISTRY.debtorOf(issuer);
        uint16 creditor = hold.acceptorOf();
        emit HoldRefunded(id, debtor, creditor, units, hold);
        CLEARING.record(debtor, creditor, -int64(uint64(units)));
    }

    /// @inheritdoc IPointsLedger
    function donate(bytes32 id, uint16 issuer, address account, address fundAccount, uint32 units)
        external
        unlessPaused
    {
        _requireDeskAndFreshId(id, units);
        if (REGISTRY.fundMemberOf(fundAccount) == 0) revert NotAFundAccount(fundAccount);
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint256 slices = _takeFree(issuer, account, nowEpoch, units);
        uint256 word = Lanes.present(_words[issuer][fundAccount], nowEpoch);
        uint256 epoch = nowEpoch;
        uint256 slice;
        for (uint256 rest = slices; rest != 0;) {
            (epoch, slice, rest) = rest.next(epoch);
            word = _addToLane(word, issuer, fundAccount, epoch, slice);
            emit Transfer(msg.sender, account, fundAccount, _tokenId(issuer, epoch), slice);
        }
        _words[issuer][fundAccount] = word;
        _commitments[id] = ENDED;
        emit Donated(id, issuer, account, fundAccount, uint192(slices));
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

    function _requirePhase(bytes32 id, Hold memory hold, Phase phase) private view {
        if (_commitments[id] != _commitment(phase, hold)) revert HoldMismatch(id);
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
        returns (uint256 slices)
    {
        mapping(address => uint256) storage words = _words[issuer];
        uint256 word = Lanes.present(words[account], nowEpoch);
        slices = word.takeEarliest(nowEpoch, units);
        uint256 taken = slices.total();
        if (taken != units) revert InsufficientPoints(taken, units);
        words[account] = word - slices;
    }

    /// @dev A resident's own cancel never extends life: its slices go back to their own epochs, or expire then and there.
    function _unhold(Hold memory hold, uint256 slices, bool ownCancel) private {
        (uint16 issuer, address account) = (hold.issuerOf(), hold.accountOf());
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint256 word = Lanes.present(_words[issuer][account], nowEpoch);
        uint256 firstLanding = ownCancel ? 0 : Months.firstLandingEpoch(block.timestamp);
        uint256 epoch = hold.epochOf();
        uint256 slice;
        for (uint256 rest = slices; rest != 0;) {
            (epoch, slice, rest) = rest.next(epoch);
            _classes[issuer][epoch].held -= uint64(slice);
            if (ownCancel && epoch < nowEpoch) _classes[issuer][epoch].expired += uint64(slice);
            else word = _land(word, issuer, account, epoch, slice, firstLanding);
        }
        _words[issuer][account] = word;
    }

    /// @dev The desk is part of it: who did not place a hold can't finish it.
    function _commitment(Phase phase, Hold memory hold) private view returns (bytes32) {
        return keccak256(abi.encode(phase, msg.sender, hold));
    }
}
