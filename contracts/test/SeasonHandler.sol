// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Holds} from "../Holds.sol";
import {Lanes} from "../Lanes.sol";
import {Months} from "../Months.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IPointsLedger} from "../interfaces/IPointsLedger.sol";
import {Cheats} from "./Cheats.sol";

/// @title Random commands to ledger and clearing house, and what a careful onlooker would have written down.
/// @notice It is the desk, and speaks for members by their keys. A command that the rules refuse reverts and leaves no trace.
contract SeasonHandler is Cheats {
    using Holds for IPointsLedger.Hold;

    enum Step { Held, Captured, Ended }

    uint256 internal constant ACCOUNTS = 3;
    uint16 internal constant ISSUERS = 2;
    uint16 internal constant ACCEPTOR = 3;
    address internal constant FUND_ACCOUNT = address(4);

    struct Placed {
        bytes32 id;
        Step step;
        uint32 captured;
        uint32 refunded;
        IPointsLedger.Hold hold;
    }

    IPointsLedger private immutable LEDGER;
    IClearingHouse private immutable CLEARING;

    Placed[] private _placed;
    uint256 private _ids;
    /// What each debtor owes the acceptor over all windows, by captures less refunds.
    mapping(uint16 debtor => int256) public owed;

    constructor(IPointsLedger ledger, IClearingHouse clearing) {
        (LEDGER, CLEARING) = (ledger, clearing);
    }

    function keyOf(uint16 member) public pure returns (address) {
        return address(uint160(0xbe0000) + member);
    }

    function account(uint256 seed) public pure returns (address) {
        uint256 number = seed % (ACCOUNTS + 1);
        return number == ACCOUNTS ? FUND_ACCOUNT : address(uint160(0xac << 152) + uint160(number));
    }

    function placed() external view returns (Placed[] memory) {
        return _placed;
    }

    function pass(uint256 seconds_) external {
        VM.warp(block.timestamp + _between(seconds_, 1, seconds_ % 5 == 0 ? 400 days : 20 days));
        VM.roll(block.number + 1);
    }

    function earn(uint256 who, uint256 issuerSeed, uint256 quantity) external {
        uint16 issuer = uint16(_between(issuerSeed, 1, ISSUERS));
        bytes32[] memory words = new bytes32[](1);
        bytes32[] memory keys = new bytes32[](1);
        uint256 month = Months.monthOf(block.timestamp);
        words[0] = bytes32(
            uint256(uint160(account(who))) << 96 | uint256(issuer) << 80 | month << 64 | _between(quantity, 1, 600)
        );
        keys[0] = bytes32(++_ids);
        uint64 number = LEDGER.issuerState(issuer).lastBatch + 1;
        VM.prank(keyOf(issuer));
        LEDGER.mintBatch(number, words, keys, bytes32(0));
    }

    function hold(uint256 who, uint256 issuerSeed, uint256 amount, uint256 lasts) external {
        uint16 issuer = uint16(_between(issuerSeed, 1, ISSUERS));
        (uint192 free,,) = LEDGER.lotsOf(issuer, account(who));
        uint256 total = Lanes.total(free);
        if (total == 0) return;
        uint32 units = uint32(_between(amount, 1, total));
        uint256 epoch = Months.epochOf(block.timestamp);
        uint40 deadline = uint40(block.timestamp + _between(lasts, 1, 14 days));
        bytes32 id = bytes32(++_ids);
        LEDGER.placeHold(id, issuer, account(who), ACCEPTOR, units, deadline, uint40(block.timestamp));
        uint256 slices = Lanes.takeEarliest(free, epoch, units);
        IPointsLedger.Hold memory entry =
            Holds.packed(issuer, account(who), ACCEPTOR, deadline, uint40(block.timestamp), epoch, slices);
        _placed.push(Placed(id, Step.Held, 0, 0, entry));
    }

    function capture(uint256 which, uint256 amount) external {
        if (_placed.length == 0) return;
        Placed storage p = _placed[which % _placed.length];
        uint256 held = Lanes.total(p.hold.slicesOf());
        uint32 units = uint32(_between(amount, 1, held == 0 ? 1 : held));
        LEDGER.capture(p.id, p.hold, units);
        require(p.step == Step.Held, "captured once, and not after its end");
        (p.step, p.captured) = (Step.Captured, units);
        IPointsLedger.Hold memory after_ = p.hold;
        after_.setSlices(Lanes.takeEarliest(p.hold.slicesOf(), p.hold.epochOf(), units));
        after_.setDeadline(block.timestamp + 90 days);
        p.hold = after_;
        owed[p.hold.issuerOf()] += int256(uint256(units));
    }

    function refund(uint256 which, uint256 amount) external {
        if (_placed.length == 0) return;
        Placed storage p = _placed[which % _placed.length];
        uint32 units = uint32(_between(amount, 1, p.captured == 0 ? 1 : p.captured));
        LEDGER.refund(p.id, p.hold, units);
        require(p.step == Step.Captured, "refunded only after a capture");
        p.refunded += units;
        if (p.refunded == p.captured) p.step = Step.Ended;
        IPointsLedger.Hold memory after_ = p.hold;
        after_.setSlices(
            p.hold.slicesOf() - Lanes.takeLatest(p.hold.slicesOf(), p.hold.epochOf(), units)
        );
        p.hold = after_;
        owed[p.hold.issuerOf()] -= int256(uint256(units));
    }

    function release(uint256 which, uint256 by) external {
        if (_placed.length == 0) return;
        Placed storage p = _placed[which % _placed.length];
        LEDGER.release(p.id, p.hold, IPointsLedger.Releaser(by % 3));
        require(p.step == Step.Held, "released once, and not after a capture");
        p.step = Step.Ended;
    }

    function donate(uint256 who, uint256 issuerSeed, uint256 amount) external {
        uint16 issuer = uint16(_between(issuerSeed, 1, ISSUERS));
        (uint192 free,,) = LEDGER.lotsOf(issuer, account(who));
        uint256 total = Lanes.total(free);
        if (total == 0) return;
        LEDGER.donate(bytes32(++_ids), issuer, account(who), FUND_ACCOUNT, uint32(_between(amount, 1, total)));
    }

    function bookExpiry(uint256 issuerSeed, uint256 back) external {
        uint256 epoch = Months.epochOf(block.timestamp) - _between(back, 1, 6);
        LEDGER.bookExpiry(uint16(_between(issuerSeed, 1, ISSUERS)), uint16(epoch));
    }

    function closeWindow() external {
        VM.prank(keyOf(ACCEPTOR));
        CLEARING.closeWindow();
    }
}
