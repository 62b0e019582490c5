// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Holds} from "../Holds.sol";
import {Lanes} from "../Lanes.sol";
import {Months} from "../Months.sol";
import {IClearingHouse} from "../interfaces/IClearingHouse.sol";
import {IMemberRegistry} from "../interfaces/IMemberRegistry.sol";
import {IPointsLedger} from "../interfaces/IPointsLedger.sol";
import {IRateBook} from "../interfaces/IRateBook.sol";
import {Cheats} from "./Cheats.sol";
import {SeasonHandler} from "./SeasonHandler.sol";

/// @title Whatever happens in a season: classes balance, sums agree, positions are zero in sum.
/// @notice On the committed artifacts, wired as an installation wires them, but for the desk.
/// forge-config: default.invariant.runs = 24
/// forge-config: default.invariant.depth = 48
contract SeasonTest is Cheats {
    using Holds for IPointsLedger.Hold;

    uint256 private constant BEGIN_MONTH = 2026 * 12 + 3;
    uint256 private constant FIRST_EPOCH = BEGIN_MONTH / 6;

    IPointsLedger private _ledger;
    IClearingHouse private _clearing;
    SeasonHandler private _handler;

    function setUp() external {
        VM.warp(Months.startOfMonth(BEGIN_MONTH));
        address manager = _deploy("AccessManager", abi.encode(address(this)));
        IMemberRegistry registry = IMemberRegistry(_deploy("MemberRegistry", abi.encode(manager)));
        IRateBook book = IRateBook(_deploy("RateBook", abi.encode(manager, address(0))));
        _clearing = IClearingHouse(_deploy("ClearingHouse", abi.encode(manager, registry, uint64(10_000))));
        _ledger = IPointsLedger(_deploy("PointsLedger", abi.encode(manager, registry, _clearing)));
        _handler = new SeasonHandler(_ledger, _clearing);
        _clearing.bindLedger(address(_ledger));
        _ledger.replaceRateBook(address(book));
        _ledger.appointDesk(address(_handler));
        _join(registry);
        for (uint16 issuer = 1; issuer <= 2; ++issuer) {
            registry.setTerms(issuer, IMemberRegistry.IssuerTerms(1e9, 1e9, 1e9, 1e9, 0, uint8(1 + issuer), 100));
            book.addActivity(issuer, issuer, "A");
            book.addRate(issuer, IRateBook.RateVersion(uint16(BEGIN_MONTH + 1), 1000, 60), "S");
        }
        VM.warp(Months.startOfMonth(BEGIN_MONTH + 1));
    }

    function targetContracts() external view returns (address[] memory targets) {
        targets = new address[](1);
        targets[0] = address(_handler);
    }

    function invariantEachClassBalances() external view {
        for (uint16 issuer = 1; issuer <= 2; ++issuer) {
            for (uint256 epoch = FIRST_EPOCH; epoch < _lastEpoch(); ++epoch) {
                IPointsLedger.Class memory c = _ledger.classOf(issuer, uint16(epoch));
                uint256 come = uint256(c.minted) + c.refundedIn + c.carriedIn;
                uint256 gone = uint256(c.captured) + c.expired + c.corrected + c.carriedOut;
                _same("class", come, gone + c.free + c.held);
            }
        }
    }

    function invariantFreeIsTheSumOverAccounts() external view {
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        for (uint16 issuer = 1; issuer <= 2; ++issuer) {
            for (uint256 epoch = nowEpoch; epoch < nowEpoch + Lanes.COUNT; ++epoch) {
                uint256 free = 0;
                for (uint256 i = 0; i < 4; ++i) {
                    (uint192 lanes,,) = _ledger.lotsOf(issuer, _handler.account(i));
                    free += Lanes.at(lanes, epoch);
                }
                _same("free", _ledger.classOf(issuer, uint16(epoch)).free, free);
            }
        }
    }

    function invariantHeldIsTheSumOverHolds() external view {
        SeasonHandler.Placed[] memory placed = _handler.placed();
        for (uint16 issuer = 1; issuer <= 2; ++issuer) {
            uint256 held = 0;
            for (uint256 i = 0; i < placed.length; ++i) {
                bool open = placed[i].step == SeasonHandler.Step.Held && placed[i].hold.issuerOf() == issuer;
                if (open) held += Lanes.total(placed[i].hold.slicesOf());
            }
            uint256 booked = 0;
            for (uint256 epoch = FIRST_EPOCH; epoch < _lastEpoch(); ++epoch) {
                booked += _ledger.classOf(issuer, uint16(epoch)).held;
            }
            _same("held", booked, held);
        }
    }

    function invariantAHoldEndsOnceAndRefundsStayWithinTheCapture() external view {
        SeasonHandler.Placed[] memory placed = _handler.placed();
        for (uint256 i = 0; i < placed.length; ++i) {
            bool ended = _ledger.commitmentOf(placed[i].id) == bytes32(uint256(1));
            require(ended == (placed[i].step == SeasonHandler.Step.Ended), "ended there and here");
            require(placed[i].refunded <= placed[i].captured, "refunds within the capture");
        }
    }

    function invariantPositionsAreZeroInSumAndWhatIsOwed() external view {
        int256[4] memory positions;
        for (uint32 window = 1; window <= _clearing.openWindow() + 1; ++window) {
            int256 sum = 0;
            for (uint16 member = 1; member <= 4; ++member) {
                int256 position = _clearing.positionOf(window, member);
                sum += position;
                positions[member - 1] += position;
            }
            require(sum == 0, "a window's positions are zero in sum");
        }
        require(positions[0] == -_handler.owed(1), "the first issuer owes its captures less refunds");
        require(positions[1] == -_handler.owed(2), "the second issuer owes its captures less refunds");
    }

    /// @dev Two issuers, an acceptor and the fund, under the handler's keys.
    function _join(IMemberRegistry registry) private {
        uint8[4] memory roles = [1, 1, 2, 16];
        for (uint16 member = 1; member <= 4; ++member) {
            registry.addMember(_handler.keyOf(member), roles[member - 1], "M");
        }
    }

    function _lastEpoch() private view returns (uint256) {
        return Months.epochOf(block.timestamp) + Lanes.COUNT;
    }
}
