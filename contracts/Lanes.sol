// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title One word per (issuer, account), and the slices that holds take from it.
/// @notice Bits, low to high: six lanes of 32 (free units by expiry epoch, lane = epoch mod 6) · epoch of the last write (16) ·
/// units issued in that epoch's year (24) · in the year before (24). Slices use the same six lanes and nothing above.
library Lanes {
    uint256 internal constant COUNT = 6;
    uint256 internal constant LANE_BITS = 32;
    uint256 internal constant LANE_MAX = type(uint32).max;
    uint256 internal constant LANES_MASK = type(uint192).max;
    uint256 internal constant EPOCH_SHIFT = 192;
    uint256 internal constant THIS_YEAR_SHIFT = 208;
    uint256 internal constant LAST_YEAR_SHIFT = 232;
    uint256 internal constant COUNTER_MAX = type(uint24).max;
    uint256 internal constant EPOCHS_PER_YEAR = 2;

    /// @notice Bring a word to the present: lanes of passed epochs drop, the year's counters shift.
    function present(uint256 word, uint256 nowEpoch) internal pure returns (uint256) {
        uint256 written = uint16(word >> EPOCH_SHIFT);
        if (written == nowEpoch) return word;
        uint256 lanes = word & LANES_MASK;
        uint256 thisYear = uint24(word >> THIS_YEAR_SHIFT);
        uint256 lastYear = word >> LAST_YEAR_SHIFT;
        unchecked {
            // A block's time never goes back, so nowEpoch > written here.
            if (nowEpoch - written >= COUNT) lanes = 0;
            else for (uint256 epoch = written; epoch < nowEpoch; ++epoch) lanes &= ~(LANE_MAX << shiftOf(epoch));
            uint256 yearsPassed = nowEpoch / EPOCHS_PER_YEAR - written / EPOCHS_PER_YEAR;
            if (yearsPassed != 0) {
                lastYear = yearsPassed == 1 ? thisYear : 0;
                thisYear = 0;
            }
        }
        return lanes | nowEpoch << EPOCH_SHIFT | thisYear << THIS_YEAR_SHIFT | lastYear << LAST_YEAR_SHIFT;
    }

    function shiftOf(uint256 epoch) internal pure returns (uint256) {
        return epoch % COUNT * LANE_BITS;
    }

    function at(uint256 lanes, uint256 epoch) internal pure returns (uint256) {
        return uint32(lanes >> shiftOf(epoch));
    }

    /// @return sum of the six lanes, in units
    function total(uint256 lanes) internal pure returns (uint256 sum) {
        for (uint256 shift = 0; shift < EPOCH_SHIFT; shift += LANE_BITS) sum += uint32(lanes >> shift);
    }

    /// @notice Take up to `units`, earliest epoch first, from lanes that begin at `firstEpoch`.
    /// @return slices what was taken, in the same lanes, so that `lanes - slices` is what is left
    function takeEarliest(uint256 lanes, uint256 firstEpoch, uint256 units) internal pure returns (uint256 slices) {
        unchecked {
            for (uint256 i = 0; i < COUNT && units != 0; ++i) {
                uint256 shift = shiftOf(firstEpoch + i);
                uint256 slice = uint32(lanes >> shift);
                if (slice > units) slice = units;
                slices |= slice << shift;
                units -= slice; // slice <= units
            }
        }
    }

    /// @notice Take up to `units`, latest epoch first: the reverse of `takeEarliest`.
    function takeLatest(uint256 lanes, uint256 firstEpoch, uint256 units) internal pure returns (uint256 slices) {
        unchecked {
            for (uint256 i = COUNT; i != 0 && units != 0; --i) {
                uint256 shift = shiftOf(firstEpoch + i - 1);
                uint256 slice = uint32(lanes >> shift);
                if (slice > units) slice = units;
                slices |= slice << shift;
                units -= slice; // slice <= units
            }
        }
    }

    /// @return the expiry epoch of the earliest non-empty lane, given that lanes begin at `firstEpoch`
    function earliest(uint256 lanes, uint256 firstEpoch) internal pure returns (uint256) {
        uint256 epoch = firstEpoch;
        while (at(lanes, epoch) == 0) ++epoch;
        return epoch;
    }

    /// @return units issued in `year`, a year that the word (brought to `nowEpoch`) still counts
    function issuedIn(uint256 word, bool thisYear) internal pure returns (uint256) {
        return thisYear ? uint24(word >> THIS_YEAR_SHIFT) : word >> LAST_YEAR_SHIFT;
    }

    /// @notice Write a year's counter; one above its 24 bits saturates, which only an issuer without a cap can reach.
    function withIssued(uint256 word, bool thisYear, uint256 issued) internal pure returns (uint256) {
        uint256 shift = thisYear ? THIS_YEAR_SHIFT : LAST_YEAR_SHIFT;
        if (issued > COUNTER_MAX) issued = COUNTER_MAX;
        return word & ~(COUNTER_MAX << shift) | issued << shift;
    }
}
