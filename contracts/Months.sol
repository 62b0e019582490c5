// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The chain's only calendar: months, half-years and years in Beijing time.
/// @notice `month = year * 12 + month - 1`, `epoch = month / 6`, `year = month / 12`. Nothing on chain is finer.
library Months {
    /// Beijing is UTC+8 all year.
    uint256 internal constant BEIJING_OFFSET_S = 8 hours;
    uint256 internal constant MONTHS_PER_EPOCH = 6;
    uint256 internal constant MONTHS_PER_YEAR = 12;
    /// A landing class must live at least this long.
    uint256 internal constant LEAST_LIFE_S = 90 days;
    /// Last year stays open for rows and corrections through March.
    uint256 internal constant GRACE_MONTHS = 3;

    /// @param timestamp seconds since 1970, UTC
    function monthOf(uint256 timestamp) internal pure returns (uint256) {
        unchecked {
            // Days since 0000-03-01; the calendar repeats every 146,097 days. No step can overflow for a block's time.
            uint256 z = (timestamp + BEIJING_OFFSET_S) / 1 days + 719_468;
            uint256 dayOfEra = z % 146_097;
            uint256 yearOfEra = (dayOfEra - dayOfEra / 1_460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
            uint256 dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
            uint256 marchMonth = (5 * dayOfYear + 2) / 153;
            // March is month 2 of its own year, so adding 2 makes January of the next year 12.
            return (z / 146_097 * 400 + yearOfEra) * MONTHS_PER_YEAR + marchMonth + 2;
        }
    }

    /// @return seconds since 1970, UTC, of the month's first moment in Beijing
    function startOfMonth(uint256 month) internal pure returns (uint256) {
        unchecked {
            uint256 shifted = month - 2; // years begin in March
            uint256 year = shifted / MONTHS_PER_YEAR;
            uint256 dayOfYear = (153 * (shifted % MONTHS_PER_YEAR) + 2) / 5;
            uint256 yearOfEra = year % 400;
            uint256 dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
            return (year / 400 * 146_097 + dayOfEra - 719_468) * 1 days - BEIJING_OFFSET_S;
        }
    }

    function epochOf(uint256 timestamp) internal pure returns (uint256) {
        return monthOf(timestamp) / MONTHS_PER_EPOCH;
    }

    /// @return seconds since 1970 from which the epoch's points are expired
    function endOfEpoch(uint256 epoch) internal pure returns (uint256) {
        return startOfMonth((epoch + 1) * MONTHS_PER_EPOCH);
    }

    /// @return the first epoch that does not end within `LEAST_LIFE_S` of `timestamp`
    function firstLandingEpoch(uint256 timestamp) internal pure returns (uint256) {
        uint256 epoch = epochOf(timestamp);
        return endOfEpoch(epoch) - timestamp < LEAST_LIFE_S ? epoch + 1 : epoch;
    }

    /// @return whether rows and corrections of `year` are still the issuer's own business in `nowMonth`
    function yearIsOpen(uint256 year, uint256 nowMonth) internal pure returns (bool) {
        uint256 thisYear = nowMonth / MONTHS_PER_YEAR;
        return year == thisYear || (year + 1 == thisYear && nowMonth % MONTHS_PER_YEAR < GRACE_MONTHS);
    }
}
