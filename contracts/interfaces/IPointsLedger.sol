// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @title The shared ledger of points: classes, lots, awards, corrections, holds.
/// @notice Amounts are units of 0.01 point. A class is (issuer, expiry epoch); its token id is `issuer << 16 | epoch`.
/// Mints are called by issuers' own keys, holds by the appointed desk; an old desk can only finish what it opened.
interface IPointsLedger {
    /// @notice `minted + refundedIn + carriedIn = free + held + captured + expired + corrected + carriedOut`, always.
    struct Class {
        uint64 minted;
        uint64 free;
        uint64 held;
        uint64 captured;
        uint64 expired;
        uint64 corrected;
        uint64 refundedIn;
        uint64 carriedIn;
        uint64 carriedOut;
    }

    /// @param lastBatch number of the last batch; the next is one more
    /// @param levelUnits what the rate limit's bucket held at `levelAt`
    /// @param levelAt seconds since 1970
    /// @param lossUnits corrected but already spent: the issuer's loss
    struct IssuerState {
        uint64 lastBatch;
        uint64 levelUnits;
        uint40 levelAt;
        uint64 lossUnits;
    }

    /// @notice Two words, with phase and desk the preimage of what the ledger stores for a hold; the hold's last event has them.
    /// @param terms account (160) · acceptor (16) · deadline (40) · time of service (40), high to low. The deadline, in seconds
    /// since 1970, is the capture's while held and the refunds' once captured; until the time of service the resident may cancel
    /// @param points zeros (32) · issuer (16) · epoch of the hold (16) · slices (192): units by lane (epoch mod 6), 32 bits each
    struct Hold {
        uint256 terms;
        uint256 points;
    }

    /// @param row place in the batch, from 0
    /// @param quantity what it should have been, in native units; 0 takes the award back
    /// @param reasonHash hash of the reason, which stays with the issuer
    struct CorrectionRequest {
        uint32 row;
        uint64 quantity;
        bytes32 reasonHash;
    }

    /// @notice The preimage of what the ledger stores for a correction, so that it can be reversed.
    /// @param month the month the award occurred in
    /// @param epoch the epoch in which it was corrected; slices' lanes count from it
    /// @param dueUnits what the award shrank by; what the slices lack of it was already spent
    struct Correction {
        uint16 issuer;
        address account;
        uint16 month;
        uint16 epoch;
        uint192 slices;
        uint32 dueUnits;
        bytes32 award;
    }

    /// @param units minted where the annual cap clipped it
    /// @param correctedUnits sum of its corrections in force
    /// @param corrections how many corrections there were, reversed ones included
    struct Award {
        bool clipped;
        uint32 units;
        uint32 correctedUnits;
        uint16 corrections;
    }

    enum Limit { Outstanding, Rate, Debit }
    /// @notice On whose word a hold is released.
    enum Releaser { Acceptor, Resident, Anyone }

    event BatchMinted(
        uint16 indexed issuer, uint64 indexed number, uint256 count, uint256 units, bytes32 dataHash, bytes32 evidenceRoot
    );
    event AwardClipped(
        uint16 indexed issuer, uint64 indexed number, bytes32 indexed key, uint256 row, uint256 fullUnits, uint256 units
    );
    event AwardCorrected(
        bytes32 indexed correction, uint16 indexed issuer, address indexed account, Correction entry, bytes32 reasonHash
    );
    event CorrectionReversed(bytes32 indexed correction, uint16 indexed issuer, address indexed account, bytes32 reasonHash);
    event HoldPlaced(bytes32 indexed id, uint16 indexed issuer, address indexed account, Hold hold);
    /// @notice The debtor owes the creditor `units` more, in the window that is open in this block.
    /// @param hold what remains refundable, with the refunds' deadline
    event HoldCaptured(bytes32 indexed id, uint16 indexed debtor, uint16 indexed creditor, uint32 units, Hold hold);
    event HoldReleased(bytes32 indexed id, uint16 indexed issuer, address indexed account, Releaser by);
    /// @notice The debtor owes the creditor `units` less, in the window that is open in this block.
    event HoldRefunded(bytes32 indexed id, uint16 indexed debtor, uint16 indexed creditor, uint32 units, Hold hold);
    event Donated(
        bytes32 indexed donation, uint16 indexed issuer, address indexed account, address fundAccount, uint192 slices
    );
    event ExpiryBooked(uint16 indexed issuer, uint16 indexed epoch, uint64 units);
    event RateBookReplaced(address indexed rateBook);
    event DeskAppointed(address indexed desk);
    event Paused(address indexed by);
    event StrictStopBegun(address indexed by);
    event Resumed(address indexed by);

    error PausedNow();
    error StrictStopInForce();
    error WrongBatchNumber(uint16 issuer, uint64 expected, uint64 given);
    error BatchMalformed(uint256 words, uint256 keys);
    error KeysNotRising(uint256 row);
    error AccountMissing(uint256 row);
    error MonthInFuture(uint256 row, uint256 month, uint256 nowMonth);
    error YearClosed(uint256 row, uint256 year);
    error UnknownActivity(uint256 row, uint256 activity);
    error ForeignActivity(uint256 row, uint256 activity, uint16 issuer);
    error NoRateYet(uint256 row, uint256 activity, uint256 month);
    error AmountOutOfRange(uint256 row, uint256 units);
    error IssuanceLimitReached(uint256 row, Limit limit, uint256 headroomUnits);
    error LaneOverflow(uint16 issuer, address account, uint256 epoch);
    error BatchDataMismatch(uint16 issuer, uint64 number);
    error RowMissing(uint256 row, uint256 rows);
    error NothingToCorrect(uint256 row, uint256 standingUnits, uint256 newUnits);
    error CorrectionMismatch(bytes32 correction);
    error YearStillOpen(uint256 year);
    error NotTheDesk(address caller);
    error HoldIdUsed(bytes32 id);
    error HoldMismatch(bytes32 id);
    error ZeroUnits();
    error InsufficientPoints(uint256 availableUnits, uint256 neededUnits);
    error DeadlineOutOfRange(uint256 deadline, uint256 earliest, uint256 latest);
    error ServiceAfterDeadline(uint256 serviceAt, uint256 deadline);
    error DeadlinePassed(uint256 deadline);
    error DeadlineNotPassed(uint256 deadline);
    error ServiceTimePassed(uint256 serviceAt);
    error UnitsOutOfRange(uint256 units, uint256 most);
    error NotAFundAccount(address account);
    error EpochNotOver(uint256 epoch, uint256 endsAt);
    error PointsStayWithTheirResident();

    /// @param number the issuer's last batch + 1
    /// @param words one per award: account (160) · activity (16) · month (16) · quantity (64), high to low
    /// @param keys HMAC of the issuer's secret over each event id, strictly rising
    /// @param evidenceRoot Merkle root of the salted record hashes, in award order
    function mintBatch(uint64 number, bytes32[] calldata words, bytes32[] calldata keys, bytes32 evidenceRoot) external;
    /// @notice By the issuer, while the award's year is open.
    function correct(
        uint64 number, bytes32[] calldata words, bytes32[] calldata keys, CorrectionRequest[] calldata requests
    ) external;
    /// @notice By the council, once the award's year is closed.
    function correctClosed(
        uint16 issuer,
        uint64 number,
        bytes32[] calldata words,
        bytes32[] calldata keys,
        CorrectionRequest[] calldata requests
    ) external;
    function reverse(bytes32 correction, Correction calldata entry, bytes32 reasonHash) external;
    function reverseClosed(bytes32 correction, Correction calldata entry, bytes32 reasonHash) external;

    function placeHold(
        bytes32 id, uint16 issuer, address account, uint16 acceptor, uint32 units, uint40 deadline, uint40 serviceAt
    ) external;
    function capture(bytes32 id, Hold calldata hold, uint32 units) external;
    function release(bytes32 id, Hold calldata hold, Releaser by) external;
    function refund(bytes32 id, Hold calldata hold, uint32 units) external;
    function donate(bytes32 id, uint16 issuer, address account, address fundAccount, uint32 units) external;
    /// @notice By anyone: books what a passed class still had free as expired.
    function bookExpiry(uint16 issuer, uint16 epoch) external;

    function pause() external;
    function stopStrictly() external;
    function resume() external;
    function replaceRateBook(address rateBook) external;
    function appointDesk(address desk) external;

    /// @return free units by lane (epoch mod 6), brought to the present
    /// @return thisYear units issued this year
    /// @return lastYear units issued last year
    function lotsOf(uint16 issuer, address account)
        external
        view
        returns (uint192 free, uint24 thisYear, uint24 lastYear);
    function classOf(uint16 issuer, uint16 epoch) external view returns (Class memory);
    function issuerState(uint16 issuer) external view returns (IssuerState memory);
    function batchHash(uint16 issuer, uint64 number) external view returns (bytes32);
    function awardOf(uint16 issuer, uint64 number, bytes32 key) external view returns (Award memory);
    /// @return 0 for an unknown id, 1 for an ended one, else the hash of phase, desk and hold
    function commitmentOf(bytes32 id) external view returns (bytes32);
    function deadlinePassed(uint256 deadline) external view returns (bool);
    function stops() external view returns (bool paused, bool strict, uint40 strictSince, uint40 strictUntil);
    function rateBook() external view returns (address);
    function desk() external view returns (address);
    /// @return units free or held that can still be spent, the base of the outstanding cap
    function outstandingOf(uint16 issuer) external view returns (uint256 units);
}
