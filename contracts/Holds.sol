// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPointsLedger} from "./interfaces/IPointsLedger.sol";
import {Lanes} from "./Lanes.sol";

/// @title The two words of a hold, as `IPointsLedger.Hold` lays them out.
library Holds {
    uint256 internal constant ACCOUNT_SHIFT = 96;
    uint256 internal constant ACCEPTOR_SHIFT = 80;
    uint256 internal constant DEADLINE_SHIFT = 40;
    uint256 internal constant ISSUER_SHIFT = 208;
    uint256 internal constant EPOCH_SHIFT = 192;

    function packed(
        uint16 issuer, address account, uint16 acceptor, uint40 deadline, uint40 serviceAt, uint256 epoch, uint256 slices
    ) internal pure returns (IPointsLedger.Hold memory hold) {
        hold.terms = uint256(uint160(account)) << ACCOUNT_SHIFT | uint256(acceptor) << ACCEPTOR_SHIFT
            | uint256(deadline) << DEADLINE_SHIFT | serviceAt;
        hold.points = uint256(issuer) << ISSUER_SHIFT | epoch << EPOCH_SHIFT | slices;
    }

    function accountOf(IPointsLedger.Hold memory hold) internal pure returns (address) {
        return address(uint160(hold.terms >> ACCOUNT_SHIFT));
    }

    function acceptorOf(IPointsLedger.Hold memory hold) internal pure returns (uint16) {
        return uint16(hold.terms >> ACCEPTOR_SHIFT);
    }

    function deadlineOf(IPointsLedger.Hold memory hold) internal pure returns (uint256) {
        return uint40(hold.terms >> DEADLINE_SHIFT);
    }

    function serviceAtOf(IPointsLedger.Hold memory hold) internal pure returns (uint256) {
        return uint40(hold.terms);
    }

    function issuerOf(IPointsLedger.Hold memory hold) internal pure returns (uint16) {
        return uint16(hold.points >> ISSUER_SHIFT);
    }

    function epochOf(IPointsLedger.Hold memory hold) internal pure returns (uint256) {
        return uint16(hold.points >> EPOCH_SHIFT);
    }

    function slicesOf(IPointsLedger.Hold memory hold) internal pure returns (uint256) {
        return hold.points & Lanes.LANES_MASK;
    }

    function setSlices(IPointsLedger.Hold memory hold, uint256 slices) internal pure {
        hold.points = hold.points & ~Lanes.LANES_MASK | slices;
    }

    function setDeadline(IPointsLedger.Hold memory hold, uint256 deadline) internal pure {
        hold.terms = hold.terms & ~(uint256(type(uint40).max) << DEADLINE_SHIFT) | deadline << DEADLINE_SHIFT;
    }
}
