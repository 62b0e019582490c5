// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Holds} from "../Holds.sol";
import {Months} from "../Months.sol";
import {IPointsLedger} from "../interfaces/IPointsLedger.sol";
import {Cheats} from "./Cheats.sol";

/// @title The calendar against one that counts days month by month from 1970, and the words of a hold both ways.
contract MonthsTest is Cheats {
    using Holds for IPointsLedger.Hold;

    uint256 private constant MONTH_1970 = 1970 * 12;
    uint256 private constant LAST_MONTH = 2200 * 12;

    function _daysIn(uint256 month) private pure returns (uint256) {
        uint256 index = month % 12;
        if (index == 1) {
            uint256 year = month / 12;
            bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
            return leap ? 29 : 28;
        }
        return index == 3 || index == 5 || index == 8 || index == 10 ? 30 : 31;
    }

    /// @dev Days from 1 January 1970 to the first of the month.
    function _daysBefore(uint256 month) private pure returns (uint256 count) {
        for (uint256 m = MONTH_1970; m < month; ++m) count += _daysIn(m);
    }

    function testFuzzAMonthBeginsAtMidnightInBeijing(uint256 random) external pure {
        uint256 month = _between(random, MONTH_1970 + 1, LAST_MONTH);

        _same("start", Months.startOfMonth(month), _daysBefore(month) * 1 days - 8 hours);
    }

    function testFuzzEachMomentIsInTheMonthThatHasBegun(uint256 random, uint256 moment) external pure {
        uint256 month = _between(random, MONTH_1970 + 1, LAST_MONTH);
        uint256 start = _daysBefore(month) * 1 days - 8 hours;
        uint256 inside = start + _between(moment, 0, _daysIn(month) * 1 days - 1);

        _same("month", Months.monthOf(inside), month);
        _same("first second", Months.monthOf(start), month);
        _same("second before", Months.monthOf(start - 1), month - 1);
        _same("epoch", Months.epochOf(inside), month / 6);
    }

    function testEachMonthOfTwoCenturiesBothWays() external pure {
        for (uint256 month = MONTH_1970 + 1; month < LAST_MONTH; ++month) {
            uint256 start = Months.startOfMonth(month);
            _same("month", Months.monthOf(start), month);
            _same("month before", Months.monthOf(start - 1), month - 1);
        }
    }

    function testFuzzALandingEpochLivesNinetyDaysAndIsTheFirst(uint256 random) external pure {
        uint256 moment = _between(random, 1_600_000_000, 4_000_000_000);

        uint256 epoch = Months.firstLandingEpoch(moment);

        require(Months.endOfEpoch(epoch) >= moment + 90 days, "lives 90 days");
        require(epoch == Months.epochOf(moment) || Months.endOfEpoch(epoch - 1) < moment + 90 days, "is the first");
    }

    function testFuzzLastYearIsOpenThroughMarch(uint256 random, uint256 back) external pure {
        uint256 nowMonth = _between(random, MONTH_1970 + 24, LAST_MONTH);
        uint256 year = nowMonth / 12 - _between(back, 0, 2);

        bool open = Months.yearIsOpen(year, nowMonth);

        // The year's last moment to be open is before the fourth month of the next.
        require(open == nowMonth < (year + 1) * 12 + 3, "open through March");
        require(!Months.yearIsOpen(nowMonth / 12 + 1, nowMonth), "no year to come is open");
    }

    function testFuzzAHoldsWordsGiveBackWhatWasPacked(
        uint16 issuer, address account, uint16 acceptor, uint40 deadline, uint40 serviceAt, uint16 epoch, uint192 slices
    ) external pure {
        IPointsLedger.Hold memory hold =
            Holds.packed(issuer, account, acceptor, deadline, serviceAt, epoch, slices);

        _same("issuer", hold.issuerOf(), issuer);
        _same("account", uint160(hold.accountOf()), uint160(account));
        _same("acceptor", hold.acceptorOf(), acceptor);
        _same("deadline", hold.deadlineOf(), deadline);
        _same("service", hold.serviceAtOf(), serviceAt);
        _same("epoch", hold.epochOf(), epoch);
        _same("slices", hold.slicesOf(), slices);
        hold.setSlices(slices / 2);
        hold.setDeadline(deadline / 2);
        IPointsLedger.Hold memory again =
            Holds.packed(issuer, account, acceptor, deadline / 2, serviceAt, epoch, slices / 2);
        _same("terms", hold.terms, again.terms);
        _same("points", hold.points, again.points);
    }
}
