// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {IPointsLedger} from "./IPointsLedger.sol";

/// @title On whose word points are held, captured, released, refunded and given.
/// @notice A resident's key by EIP-712 (relayed by anyone), or the operator for accounts without a key, within caps. The hold id is
/// the authorisation's random nonce: the ledger takes an id once. Nothing here ties a resident's accounts together. A `signature` is
/// 65 bytes of secp256k1, or a passkey's proof as `Passkeys` describes it; a passkey speaks for the address that names it.
interface IRedemptionDesk {
    /// @param holdId 32 random bytes
    /// @param units amount, in units of 0.01 point
    /// @param deadline seconds since 1970 until which it can be captured
    /// @param serviceAt seconds since 1970 until which the resident may cancel
    struct HoldRequest {
        bytes32 holdId;
        uint16 issuer;
        address account;
        uint16 acceptor;
        uint32 units;
        uint40 deadline;
        uint40 serviceAt;
    }

    struct DonationRequest {
        bytes32 donationId;
        uint16 issuer;
        address account;
        address fundAccount;
        uint32 units;
    }

    /// @param keyEffectiveAt seconds since 1970 from which the key alone speaks for the account
    /// @param keyNonce how many keys were registered or withdrawn, modulo 256
    /// @param cappedAtFirst whether the first key is not the account's own address, and so stays capped for 30 days
    /// @param usageMonth the month of `usedUnits`
    /// @param usedUnits held or given under the custodial cap in that month
    struct AccountRecord {
        address key;
        uint32 keyEffectiveAt;
        uint8 keyNonce;
        bool cappedAtFirst;
        uint16 usageMonth;
        uint32 usedUnits;
    }

    event CapsChanged(uint32 accountMonthlyUnits, uint64 operatorDailyUnits);
    event KeyAnnounced(address indexed account, address indexed key, uint32 effectiveAt);
    event KeyWithdrawn(address indexed account, address indexed key);
    /// @notice One call of `tryAll` failed and changed nothing; its neighbours stand.
    event CallRefused(uint256 indexed index, bytes reason);

    error AccountHasKey(address account);
    error AccountHasNoKey(address account);
    error AccountIsTheFunds(address account);
    error NotTheFundsAccount(address account, uint16 caller);
    error AccountCapReached(address account, uint256 headroomUnits);
    error OperatorCapReached(uint16 operator, uint256 headroomUnits);
    error AuthorisationExpired(uint256 expiresAt);
    error SignatureMismatch(address signer, address expected);
    /// @notice The authenticator has signed with a higher count before: there is a copy of the key.
    error PasskeyCounterNotHigher(address passkey, uint32 counter, uint32 last);
    error NotTheAcceptor(uint16 acceptor, address caller);
    error KeyAlreadyEffective(address account);
    error KeyMalformed(address account, address key);

    /// @notice Custodial: by an active operator, for an account without a key in effect, within both caps.
    function hold(HoldRequest calldata request) external;
    /// @notice By anyone, under the account's key.
    function holdSigned(HoldRequest calldata request, uint40 expiresAt, bytes calldata signature) external;
    /// @notice By the fund's own key, from an account of the fund.
    function holdFromFund(HoldRequest calldata request) external;
    /// @notice By the acceptor or its host.
    function capture(bytes32 id, IPointsLedger.Hold calldata hold, uint32 units) external;
    function refund(bytes32 id, IPointsLedger.Hold calldata hold, uint32 units) external;
    function decline(bytes32 id, IPointsLedger.Hold calldata hold) external;
    /// @notice The resident's own cancel, by the operator for an account without a key in effect.
    function cancel(bytes32 id, IPointsLedger.Hold calldata hold) external;
    function cancelSigned(bytes32 id, IPointsLedger.Hold calldata hold, uint40 expiresAt, bytes calldata signature)
        external;
    /// @notice By anyone, once the deadline is past.
    function releaseOverdue(bytes32 id, IPointsLedger.Hold calldata hold) external;
    function donate(DonationRequest calldata request) external;
    function donateSigned(DonationRequest calldata request, uint40 expiresAt, bytes calldata signature) external;
    /// @notice A first key that is the account's own address, or a new key under the old one's signature, takes effect at once;
    /// another first key is announced by an operator and takes effect after 7 days.
    function registerKey(address account, address key, uint40 expiresAt, bytes calldata signature) external;
    /// @notice By an operator, while the announced key is not yet in effect.
    function withdrawKey(address account) external;
    /// @notice Runs each call on this contract as the same caller; one that fails emits `CallRefused`.
    function tryAll(bytes[] calldata calls) external returns (bool[] memory done);
    function setCaps(uint32 accountMonthlyUnits, uint64 operatorDailyUnits) external;

    function accountRecord(address account) external view returns (AccountRecord memory);
    function caps() external view returns (uint32 accountMonthlyUnits, uint64 operatorDailyUnits);
    /// @return units the operator may still hold today, in Beijing time
    function operatorHeadroom(uint16 operator) external view returns (uint256 units);
}
