// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title Accounts of the community fund, known by their form: 128 zero bits · project (16) · the fund's member id (16).
/// @notice A resident's account is 20 random bytes or a key's address, so it never has this form. No storage is read to tell.
library FundAccounts {
    uint256 internal constant FORM_BITS = 32;

    function isFundAccount(address account) internal pure returns (bool) {
        return uint160(account) >> FORM_BITS == 0;
    }

    /// @return the member that the account names, which need not be a fund
    function memberIn(address account) internal pure returns (uint16) {
        return uint16(uint160(account));
    }
}
