// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IRateBook} from "./interfaces/IRateBook.sol";
import {Months} from "./Months.sol";

/// @title Activities and their rates. See `IRateBook`.
/// @notice A later book names its predecessor and answers from it for months before its own first version, so that
/// replacing the book never changes what an earlier award was worth.
contract RateBook is IRateBook, AccessManaged {
    IRateBook private immutable PREDECESSOR;

    mapping(uint16 activity => uint16 issuer) private _issuers;
    mapping(uint16 activity => RateVersion[]) private _versions;

    constructor(address authority, IRateBook predecessor) AccessManaged(authority) {
        PREDECESSOR = predecessor;
    }

    /// @inheritdoc IRateBook
    function addActivity(uint16 activity, uint16 issuer, bytes32 code) external restricted {
        (uint16 owner,,) = rateOf(activity, 0);
        if (owner != 0 || issuer == 0) revert ActivityExists(activity);
        _issuers[activity] = issuer;
        emit ActivityAdded(activity, issuer, code);
    }

    /// @inheritdoc IRateBook
    function addRate(uint16 activity, RateVersion calldata rate, bytes32 standardHash) external restricted {
        (uint16 owner,,) = rateOf(activity, 0);
        if (owner == 0) revert ActivityMissing(activity);
        if (rate.numerator == 0 || rate.denominator == 0) {
            revert RateMalformed(activity, rate.numerator, rate.denominator);
        }
        RateVersion[] storage versions = _versions[activity];
        uint256 earliest = Months.monthOf(block.timestamp) + 1;
        uint256 count = versions.length;
        if (count != 0 && versions[count - 1].fromMonth >= earliest) earliest = versions[count - 1].fromMonth + 1;
        if (rate.fromMonth < earliest) revert RateNotInFuture(activity, rate.fromMonth, uint16(earliest));
        versions.push(rate);
        emit RateAgreed(activity, uint32(count + 1), rate, standardHash);
    }

    /// @inheritdoc IRateBook
    function rateOf(uint16 activity, uint16 month)
        public
        view
        returns (uint16 issuer, uint64 numerator, uint64 denominator)
    {
        issuer = _issuers[activity];
        RateVersion[] storage versions = _versions[activity];
        for (uint256 i = versions.length; i != 0; --i) {
            RateVersion memory version = versions[i - 1];
            if (version.fromMonth <= month) {
                if (issuer == 0) (issuer,,) = PREDECESSOR.rateOf(activity, month);
                return (issuer, version.numerator, version.denominator);
            }
        }
        if (address(PREDECESSOR) != address(0) && issuer == 0) return PREDECESSOR.rateOf(activity, month);
    }

    /// @inheritdoc IRateBook
    function versionsOf(uint16 activity) external view returns (RateVersion[] memory) {
        return _versions[activity];
    }
}
