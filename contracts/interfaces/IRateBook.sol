// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title What an activity is worth, by the month it occurred in.
/// @notice Append-only: a version takes effect in a month strictly after the present one and after the versions before it.
interface IRateBook {
    /// @param fromMonth first month (year * 12 + month - 1) in which it applies
    /// @param numerator units of 0.01 point per `denominator` native quantities, rounded down: the issuer never pays a fraction
    struct RateVersion {
        uint16 fromMonth;
        uint64 numerator;
        uint64 denominator;
    }

    event ActivityAdded(uint16 indexed activity, uint16 indexed issuer, bytes32 code);
    event RateAgreed(
        uint16 indexed activity, uint32 indexed version, RateVersion rate, bytes32 indexed standardHash
    );

    error ActivityExists(uint16 activity);
    error ActivityMissing(uint16 activity);
    error RateMalformed(uint16 activity, uint64 numerator, uint64 denominator);
    error RateNotInFuture(uint16 activity, uint16 fromMonth, uint16 earliestMonth);

    function addActivity(uint16 activity, uint16 issuer, bytes32 code) external;
    /// @param standardHash hash of the certification standard from which the rate was agreed
    function addRate(uint16 activity, RateVersion calldata rate, bytes32 standardHash) external;

    /// @return issuer the activity's issuer; 0 where the activity is unknown
    /// @return numerator of the version in force in `month`; 0 before the first
    /// @return denominator of that version
    function rateOf(uint16 activity, uint16 month)
        external
        view
        returns (uint16 issuer, uint64 numerator, uint64 denominator);
    function versionsOf(uint16 activity) external view returns (RateVersion[] memory);
}
