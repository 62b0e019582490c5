// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Lanes} from "../Lanes.sol";
import {Cheats} from "./Cheats.sol";

/// @title Lanes against a table of units by epoch, written the slow and obvious way.
contract LanesTest is Cheats {
    uint256 private constant FIRST = 4052;

    /// @dev Units by epoch from `first` on, the slow twin of six lanes in a word.
    function _table(uint256 lanes, uint256 first) private pure returns (uint256[6] memory units) {
        for (uint256 i = 0; i < 6; ++i) units[i] = uint32(lanes >> (first + i) % 6 * 32);
    }

    function _sum(uint256[6] memory units) private pure returns (uint256 sum) {
        for (uint256 i = 0; i < 6; ++i) sum += units[i];
    }

    /// @dev Some lanes empty, as most are.
    function _lanes(uint256 random) private pure returns (uint256 lanes) {
        lanes = random & Lanes.LANES_MASK;
        for (uint256 i = 0; i < 6; ++i) {
            if (random >> (200 + i) & 1 == 0) lanes &= ~(Lanes.LANE_MAX << i * 32);
        }
    }

    function testFuzzPresentDropsWhatHasPassedAndNothingElse(uint256 random, uint256 offset, uint256 jump)
        external
        pure
    {
        uint256 written = FIRST + _between(offset, 0, 11);
        uint256 passed = _between(jump, 0, 14);
        uint256 lanes = _lanes(random);
        uint256 word = lanes | written << Lanes.EPOCH_SHIFT;

        uint256 present = Lanes.present(word, written + passed);

        uint256[6] memory before = _table(lanes, written);
        for (uint256 i = 0; i < 6; ++i) {
            uint256 epoch = written + passed + i;
            uint256 expected = passed + i < 6 ? before[passed + i] : 0;
            _same("lane", Lanes.at(present, epoch), expected);
        }
        _same("epoch", uint16(present >> Lanes.EPOCH_SHIFT), written + passed);
    }

    function testFuzzPresentShiftsTheYearsCounters(uint24 thisYear, uint24 lastYear, uint256 offset, uint256 jump)
        external
        pure
    {
        uint256 written = FIRST + _between(offset, 0, 3);
        uint256 now_ = written + _between(jump, 0, 6);
        uint256 word = written << Lanes.EPOCH_SHIFT | uint256(thisYear) << Lanes.THIS_YEAR_SHIFT
            | uint256(lastYear) << Lanes.LAST_YEAR_SHIFT;

        uint256 present = Lanes.present(word, now_);

        uint256 gone = now_ / 2 - written / 2;
        _same("this year", Lanes.issuedIn(present, true), gone == 0 ? thisYear : 0);
        _same("last year", Lanes.issuedIn(present, false), gone == 0 ? lastYear : gone == 1 ? thisYear : 0);
    }

    function testFuzzTotalIsTheSumOfTheLanes(uint256 word, uint256 first) external pure {
        uint256 from = FIRST + _between(first, 0, 5);

        _same("total", Lanes.total(word), _sum(_table(word, from)));
    }

    function testFuzzTakeEarliestEmptiesLanesInOrder(uint256 random, uint256 first, uint256 amount) external pure {
        uint256 from = FIRST + _between(first, 0, 5);
        uint256 lanes = _lanes(random);
        uint256[6] memory there = _table(lanes, from);
        uint256 left = _between(amount, 0, _sum(there) + 10);

        uint256[6] memory taken = _table(Lanes.takeEarliest(lanes, from, left), from);

        for (uint256 i = 0; i < 6; ++i) {
            uint256 expected = left < there[i] ? left : there[i];
            _same("slice", taken[i], expected);
            left -= expected;
        }
    }

    function testFuzzTakeLatestEmptiesLanesInReverse(uint256 random, uint256 first, uint256 amount) external pure {
        uint256 from = FIRST + _between(first, 0, 5);
        uint256 lanes = _lanes(random);
        uint256[6] memory there = _table(lanes, from);
        uint256 left = _between(amount, 0, _sum(there) + 10);

        uint256[6] memory taken = _table(Lanes.takeLatest(lanes, from, left), from);

        for (uint256 i = 6; i != 0; --i) {
            uint256 expected = left < there[i - 1] ? left : there[i - 1];
            _same("slice", taken[i - 1], expected);
            left -= expected;
        }
    }

    function testFuzzNextWalksEachLaneThatIsNotEmptyOnce(uint256 random, uint256 first) external pure {
        uint256 from = FIRST + _between(first, 0, 5);
        uint256 lanes = _lanes(random);
        uint256[6] memory there = _table(lanes, from);
        (uint256 epoch, uint256 units, uint256 rest) = (from, 0, lanes);

        for (uint256 i = 0; i < 6; ++i) {
            if (there[i] == 0) continue;
            (epoch, units, rest) = Lanes.next(rest, epoch);
            _same("epoch", epoch, from + i);
            _same("units", units, there[i]);
        }
        _same("rest", rest, 0);
    }

    function testFuzzACounterIsWrittenWhereItIsRead(uint256 word, bool thisYear, uint256 issued) external pure {
        uint256 written = Lanes.withIssued(word, thisYear, issued);

        uint256 expected = issued > Lanes.COUNTER_MAX ? Lanes.COUNTER_MAX : issued;
        _same("counter", Lanes.issuedIn(written, thisYear), expected);
        _same("the other", Lanes.issuedIn(written, !thisYear), Lanes.issuedIn(word, !thisYear));
        _same("the rest", uint208(written), uint208(word));
    }
}
