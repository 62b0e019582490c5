// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title What members owe one another, written in the capture itself.
/// @notice A window is a range of blocks. Its positions sum to zero. A close takes effect after its block.
/// What is owed changes with the ledger's `HoldCaptured` and `HoldRefunded` and with `DisputeAccepted`, nothing else.
interface IClearingHouse {
    /// @param openedBlock first block of the window
    /// @param closeBlock last block of the window; 0 while nobody has closed it
    /// @param openedAt seconds since 1970 at which it was opened
    /// @param settled whether every transfer of its settlement has been confirmed
    /// @param published whether a settlement list stands
    /// @param unitPriceMicroYuan price of one unit (0.01 point) in millionths of a yuan, fixed when the window opens
    struct Window {
        uint64 openedBlock;
        uint64 closeBlock;
        uint40 openedAt;
        bool settled;
        bool published;
        uint64 unitPriceMicroYuan;
    }

    /// @param units amount, in units of 0.01 point
    struct Transfer {
        uint16 payer;
        uint16 payee;
        uint64 units;
        bool payerConfirmed;
        bool payeeConfirmed;
    }

    /// @param units not yet accepted; 0 once it is
    struct Dispute {
        uint32 originWindow;
        uint16 debtor;
        uint16 creditor;
        uint16 proposer;
        uint64 units;
    }

    event LedgerBound(address indexed ledger);
    event WindowOpened(uint32 indexed window, uint64 fromBlock, uint64 unitPriceMicroYuan);
    event WindowClosed(uint32 indexed window, uint64 lastBlock, uint16 indexed by);
    event WindowSettled(uint32 indexed window);
    event UnitPriceAgreed(uint64 unitPriceMicroYuan);
    event SettlementPublished(uint32 indexed window, uint16 indexed by, Transfer[] transfers);
    event TransferConfirmed(uint32 indexed window, uint256 indexed index, uint16 indexed member);
    event DisputeProposed(bytes32 indexed dispute, Dispute entry, bytes32 reasonHash);
    /// @param units by which the debtor owes the creditor less, in the window that is open in this block
    event DisputeAccepted(bytes32 indexed dispute, uint16 indexed debtor, uint16 indexed creditor, uint64 units);

    error OnlyLedger(address caller);
    error LedgerAlreadyBound(address ledger);
    error UnitPriceMissing();
    error WindowTooYoung(uint32 window, uint256 closesFrom);
    error TooManyUnsettledWindows(uint256 count);
    error WindowStillOpen(uint32 window);
    error WindowUnknown(uint32 window);
    error SettlementAlreadyPublished(uint32 window);
    error SettlementMissing(uint32 window);
    error SettlementTooLong(uint256 transfers, uint256 most);
    error TransferMalformed(uint256 index);
    error SettlementMismatch(uint16 member, int256 position, int256 settled);
    error NotAPartyTo(uint16 member);
    error AlreadyConfirmed(uint32 window, uint256 index, uint16 member);
    error DisputeUnknown(bytes32 dispute);
    error DisputeExists(bytes32 dispute);
    error DisputeTooLarge(uint64 units, int256 most);

    function bindLedger(address ledger) external;
    function setUnitPrice(uint64 unitPriceMicroYuan) external;
    /// @notice Called by the ledger in a capture (positive) or refund (negative), whose event says the same.
    function record(uint16 debtor, uint16 creditor, int64 units) external;
    /// @notice By any active member, once the window is old enough; the next block belongs to the next window.
    function closeWindow() external;
    function publishSettlement(uint32 window, Transfer[] calldata transfers) external;
    /// @notice By payer and payee, each for itself.
    function confirmTransfer(uint32 window, uint256 index) external;
    /// @notice One side proposes to reverse units of a closed window in the open one; the other accepts.
    function proposeReversal(Dispute calldata entry, bytes32 id, bytes32 reasonHash) external;
    function acceptReversal(bytes32 id) external;

    function openWindow() external view returns (uint32);
    function windowOf(uint32 window) external view returns (Window memory);
    function unsettledWindows() external view returns (uint32[] memory);
    function positionOf(uint32 window, uint16 member) external view returns (int256 units);
    function obligationOf(uint32 window, uint16 debtor, uint16 creditor) external view returns (int256 units);
    function settlementOf(uint32 window) external view returns (Transfer[] memory);
    /// @return units what the member owes on balance over all windows not yet settled; 0 where it is owed
    function unsettledDebit(uint16 member) external view returns (uint256 units);
}
