// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IERC165} from "@openzeppelin/contracts/utils/introspection/IERC165.sol";
import {IERC6909} from "@openzeppelin/contracts/interfaces/IERC6909.sol";
import {Stops} from "./Stops.sol";
import {IPointsLedger} from "./interfaces/IPointsLedger.sol";
import {Lanes} from "./Lanes.sol";
import {Months} from "./Months.sol";

/// @title Words and classes, and the ERC-6909 view of them.
/// @notice `balanceOf` counts what is free and not expired. Points are not sent: the writing half of ERC-6909 always refuses.
abstract contract Lots is Stops, IERC6909 {
    mapping(uint16 issuer => mapping(address account => uint256)) internal _words;
    mapping(uint16 issuer => mapping(uint256 epoch => Class)) internal _classes;

    /// @inheritdoc IPointsLedger
    function bookExpiry(uint16 issuer, uint16 epoch) external {
        uint256 endsAt = Months.endOfEpoch(epoch);
        if (block.timestamp < endsAt) revert EpochNotOver(epoch, endsAt);
        Class storage c = _classes[issuer][epoch];
        uint64 units = c.free;
        c.free = 0;
        c.expired += units;
        emit ExpiryBooked(issuer, epoch, units);
    }

    /// @inheritdoc IPointsLedger
    function lotsOf(uint16 issuer, address account) external view returns (uint192, uint24, uint24) {
        uint256 word = Lanes.present(_words[issuer][account], Months.epochOf(block.timestamp));
        return (
            uint192(word & Lanes.LANES_MASK), uint24(Lanes.issuedIn(word, true)), uint24(Lanes.issuedIn(word, false))
        );
    }

    /// @inheritdoc IPointsLedger
    function classOf(uint16 issuer, uint16 epoch) external view returns (Class memory) {
        return _classes[issuer][epoch];
    }

    /// @inheritdoc IERC6909
    function balanceOf(address account, uint256 id) external view returns (uint256) {
        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint256 epoch = uint16(id);
        if (id >> 32 != 0 || epoch < nowEpoch || epoch >= nowEpoch + Lanes.COUNT) return 0;
        return Lanes.at(Lanes.present(_words[uint16(id >> 16)][account], nowEpoch), epoch);
    }

    /// @inheritdoc IERC6909
    function allowance(address, address, uint256) external pure returns (uint256) {
        return 0;
    }

    /// @inheritdoc IERC6909
    function isOperator(address, address) external pure returns (bool) {
        return false;
    }

    /// @inheritdoc IERC6909
    function approve(address, uint256, uint256) external pure returns (bool) {
        revert PointsStayWithTheirResident();
    }

    /// @inheritdoc IERC6909
    function setOperator(address, bool) external pure returns (bool) {
        revert PointsStayWithTheirResident();
    }

    /// @inheritdoc IERC6909
    function transfer(address, uint256, uint256) external pure returns (bool) {
        revert PointsStayWithTheirResident();
    }

    /// @inheritdoc IERC6909
    function transferFrom(address, address, uint256, uint256) external pure returns (bool) {
        revert PointsStayWithTheirResident();
    }

    /// @inheritdoc IERC165
    function supportsInterface(bytes4 id) external pure returns (bool) {
        return id == type(IERC6909).interfaceId || id == type(IERC165).interfaceId;
    }

    function _tokenId(uint16 issuer, uint256 epoch) internal pure returns (uint256) {
        return uint256(issuer) << 16 | epoch;
    }

    /// @dev Adds to a lane of a present word; a lane that would overflow reverts.
    function _addToLane(uint256 word, uint16 issuer, address account, uint256 epoch, uint256 units)
        internal
        pure
        returns (uint256)
    {
        if (Lanes.at(word, epoch) + units > Lanes.LANE_MAX) revert LaneOverflow(issuer, account, epoch);
        unchecked {
            return word + (units << Lanes.shiftOf(epoch)); // stays inside its lane, as just checked
        }
    }
}
