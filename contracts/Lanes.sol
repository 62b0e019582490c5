// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title One word per (issuer, account), and the slices that holds take from it.
/// @notice Bits, low to high: six lanes of 32 (free units by expiry epoch, lane = epoch mod 6) · epoch of the last write (16) ·
/// units issued in that epoch's year (24) · in the year before (24). Slices use the same six lanes and nothing above.
library Lanes {
    uint256 internal constant COUNT = 6;
    uint256 internal constant LANE_BITS = 32;
    uint256 internal constant LANE_MAX = type(uint32).max;
    uint256 internal constant LAST_SHIFT = (COUNT - 1) * LANE_BITS;
    /// Lanes 0, 2 and 4, each with the room of its neighbour.
    uint256 internal constant EVEN_LANES = 0x00ffffffff00000000ffffffff00000000ffffffff;
    uint256 internal constant LANES_MASK = type(uint192).max;
    uint256 internal constant EPOCH_SHIFT = 192;
    uint256 internal constant THIS_YEAR_SHIFT = 208;
    uint256 internal constant COUNTER_BITS = 24;
    uint256 internal constant LAST_YEAR_SHIFT = THIS_YEAR_SHIFT + COUNTER_BITS;
    uint256 internal constant COUNTER_MAX = type(uint24).max;
    uint256 internal constant COUNTERS_MASK = type(uint256).max << THIS_YEAR_SHIFT;
    uint256 internal constant EPOCHS_PER_YEAR = 2;

    /// @notice Bring a word to the present: lanes of passed epochs drop, the year's counters shift.
    function present(uint256 word, uint256 nowEpoch) internal pure returns (uint256) {
        uint256 written = epochOf(word);
        if (written == nowEpoch) return word;
        (uint256 kept, uint256 aged) = passage(written, nowEpoch);
        return brought(word, nowEpoch, kept, aged);
    }

    /// @notice What becomes of any word last written in `written` by `nowEpoch`, a later epoch: see `brought`.
    /// @return kept bits that stay where they are
    /// @return aged bits that move on by a counter: this year's, where it has become last year's
    function passage(uint256 written, uint256 nowEpoch) internal pure returns (uint256 kept, uint256 aged) {
        unchecked {
            // A block's time never goes back, so nowEpoch > written here.
            uint256 passed = nowEpoch - written;
            if (passed < COUNT) {
                // As many full lanes as epochs passed, from the first of them on, around the end of the six: what a shift
                // pushes past them comes in again below, taken from before the shift, which could lose it past 256 bits.
                uint256 gone = (1 << passed * LANE_BITS) - 1;
                uint256 shift = shiftOf(written);
                kept = LANES_MASK & ~(gone << shift | gone >> EPOCH_SHIFT - shift);
            }
            uint256 yearsPassed = nowEpoch / EPOCHS_PER_YEAR - written / EPOCHS_PER_YEAR;
            if (yearsPassed == 0) kept |= COUNTERS_MASK;
            else if (yearsPassed == 1) aged = COUNTER_MAX << THIS_YEAR_SHIFT;
        }
    }

    function brought(uint256 word, uint256 nowEpoch, uint256 kept, uint256 aged) internal pure returns (uint256) {
        return word & kept | (word & aged) << COUNTER_BITS | nowEpoch << EPOCH_SHIFT;
    }

    function epochOf(uint256 word) internal pure returns (uint256) {
        return uint16(word >> EPOCH_SHIFT);
    }

    function shiftOf(uint256 epoch) internal pure returns (uint256) {
        return epoch % COUNT * LANE_BITS;
    }

    function at(uint256 lanes, uint256 epoch) internal pure returns (uint256) {
        return uint32(lanes >> shiftOf(epoch));
    }

    /// @return sum of the six lanes, in units; what stands above them is ignored
    function total(uint256 lanes) internal pure returns (uint256) {
        unchecked {
            // Neighbours add up in 64 bits each, then the three pairs: no sum can reach its limit.
            lanes = (lanes & EVEN_LANES) + (lanes >> LANE_BITS & EVEN_LANES);
            return uint64(lanes) + uint256(uint64(lanes >> 64)) + uint64(lanes >> 128);
        }
    }

    /// @notice Take up to `units`, earliest epoch first, from lanes that begin at `firstEpoch`.
    /// @return slices what was taken, in the same lanes, so that `lanes - slices` is what is left
    function takeEarliest(uint256 lanes, uint256 firstEpoch, uint256 units) internal pure returns (uint256 slices) {
        unchecked {
            uint256 shift = shiftOf(firstEpoch);
            for (uint256 i = 0; i < COUNT && units != 0; ++i) {
                uint256 slice = uint32(lanes >> shift);
                if (slice > units) slice = units;
                slices |= slice << shift;
                units -= slice; // slice <= units
                shift = shift == LAST_SHIFT ? 0 : shift + LANE_BITS;
            }
        }
    }

    /// @notice Take up to `units`, latest epoch first: the reverse of `takeEarliest`.
    function takeLatest(uint256 lanes, uint256 firstEpoch, uint256 units) internal pure returns (uint256 slices) {
        unchecked {
            uint256 shift = shiftOf(firstEpoch);
            for (uint256 i = 0; i < COUNT && units != 0; ++i) {
                shift = shift == 0 ? LAST_SHIFT : shift - LANE_BITS;
                uint256 slice = uint32(lanes >> shift);
                if (slice > units) slice = units;
                slices |= slice << shift;
                units -= slice; // slice <= units
            }
        }
    }

    /// @notice Walks slices: the earliest non-empty lane from `epoch` on, and what is left after it.
    /// @param lanes not zero, nothing above the six lanes
    /// @return the lane's epoch
    /// @return its units
    /// @return lanes without it: zero ends the walk
    function next(uint256 lanes, uint256 epoch) internal pure returns (uint256, uint256, uint256) {
        unchecked {
            uint256 shift = shiftOf(epoch);
            while (true) {
                uint256 units = uint32(lanes >> shift);
                if (units != 0) return (epoch, units, lanes ^ units << shift);
                ++epoch;
                shift = shift == LAST_SHIFT ? 0 : shift + LANE_BITS;
            }
            return (0, 0, 0); // never: some lane is not empty
        }
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
