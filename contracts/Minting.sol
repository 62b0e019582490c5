// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Lots} from "./Lots.sol";
import {IClearingHouse} from "./interfaces/IClearingHouse.sol";
import {IMemberRegistry} from "./interfaces/IMemberRegistry.sol";
import {IPointsLedger} from "./interfaces/IPointsLedger.sol";
import {IRateBook} from "./interfaces/IRateBook.sol";
import {Lanes} from "./Lanes.sol";
import {Months} from "./Months.sol";

/// @title Batches of awards.
/// @notice The contract converts: quantity times the rate in force in the month of occurrence, rounded down, clipped to the annual cap.
abstract contract Minting is Lots {
    uint256 internal constant RATE_SLOTS = 64;

    IMemberRegistry internal immutable REGISTRY;
    IClearingHouse internal immutable CLEARING;

    IRateBook internal _rateBook;
    mapping(uint16 issuer => IssuerState) internal _issuers;
    mapping(uint16 issuer => mapping(uint64 number => bytes32)) internal _batchHashes;
    mapping(bytes32 award => Award) internal _awards;

    /// @dev What stays the same for all rows of a batch.
    struct Batch {
        uint16 issuer;
        uint64 number;
        uint256 annualCapUnits;
        uint256 validityEpochs;
        uint256 nowMonth;
        uint256 nowEpoch;
        uint256 firstLanding;
        uint256 limitUnits;
        Limit limit;
        uint256 totalUnits;
        // The epoch of the last word that was not of this one, and what becomes of such words. At first that of words never
        // written, which are zero: nothing of them is kept.
        uint256 passedEpoch;
        uint256 kept;
        uint256 aged;
        uint256[6] mintedByLane;
        // Rates seen in this batch, by a hash of (activity, month); bits, high to low: tag 32 · landing epoch 16 · shift of its lane 8 ·
        // shift of the year's counter 8 · numerator 64 · denominator 64.
        uint256[64] rates;
    }

    /// @inheritdoc IPointsLedger
    function mintBatch(uint64 number, bytes32[] calldata words, bytes32[] calldata keys, bytes32 evidenceRoot)
        external
        unlessPaused
    {
        Batch memory batch = _openBatch(number);
        if (words.length == 0 || words.length != keys.length) revert BatchMalformed(words.length, keys.length);
        mapping(address => uint256) storage accounts = _words[batch.issuer];
        uint256 previous = 0;
        for (uint256 row = 0; row < words.length;) {
            uint256 key;
            uint256 award;
            assembly ("memory-safe") {
                // Both arrays are as long as `words.length`, so `row` is inside them: a bounds check less, twice a row.
                key := calldataload(add(keys.offset, shl(5, row)))
                award := calldataload(add(words.offset, shl(5, row)))
            }
            if (key <= previous) revert KeysNotRising(row);
            previous = key;
            _award(batch, accounts, row, award, key);
            unchecked {
                ++row; // below a calldata array's length
            }
        }
        _closeBatch(batch);
        bytes32 dataHash = keccak256(abi.encode(words, keys));
        _batchHashes[batch.issuer][number] = dataHash;
        emit BatchMinted(batch.issuer, number, words.length, batch.totalUnits, dataHash, evidenceRoot);
    }

    /// @inheritdoc IPointsLedger
    function outstandingOf(uint16 issuer) external view returns (uint256) {
        return _outstanding(issuer, Months.epochOf(block.timestamp));
    }

    function _openBatch(uint64 number) private returns (Batch memory batch) {
        IMemberRegistry.IssuerTerms memory terms;
        (batch.issuer, terms) = REGISTRY.mintingIssuer(msg.sender);
        IssuerState storage state = _issuers[batch.issuer];
        if (number != state.lastBatch + 1) revert WrongBatchNumber(batch.issuer, state.lastBatch + 1, number);
        state.lastBatch = number;
        batch.number = number;
        batch.annualCapUnits = terms.annualCapUnits;
        batch.validityEpochs = terms.validityEpochs;
        batch.nowMonth = Months.monthOf(block.timestamp);
        batch.nowEpoch = batch.nowMonth / Months.MONTHS_PER_EPOCH;
        batch.firstLanding = Months.firstLandingEpoch(block.timestamp);

        uint256 level = _bucketLevel(state, terms);
        state.levelAt = uint40(block.timestamp);
        state.levelUnits = uint64(level);
        batch.limitUnits = _saturatingSub(terms.outstandingCapUnits, _outstanding(batch.issuer, batch.nowEpoch));
        batch.limit = Limit.Outstanding;
        _lowerLimit(batch, level, Limit.Rate);
        _lowerLimit(batch, _saturatingSub(terms.debitCapUnits, CLEARING.unsettledDebit(batch.issuer)), Limit.Debit);
    }

    function _award(
        Batch memory batch, mapping(address => uint256) storage accounts, uint256 row, uint256 award, uint256 key
    ) private {
        address account = address(uint160(award >> 96));
        if (account == address(0)) revert AccountMissing(row);
        uint256 rate = _rate(batch, row, uint32(award >> 64));
        uint256 yearShift = uint8(rate >> 128);
        uint256 units = _convert(uint64(award), uint64(rate >> 64), uint64(rate));
        if (units == 0 || units > Lanes.LANE_MAX) revert AmountOutOfRange(row, units);

        uint256 word = _present(batch, accounts[account]);
        uint256 issued = word >> yearShift & Lanes.COUNTER_MAX;
        if (batch.annualCapUnits != 0) {
            uint256 headroom = _saturatingSub(batch.annualCapUnits, issued);
            if (units > headroom) {
                _clip(batch, row, bytes32(key), units, headroom);
                if (headroom == 0) return;
                units = headroom;
            }
        }
        unchecked {
            // Each term is below 2^32 and there are fewer than 2^32 rows; counter and lane are checked to stay inside their bits.
            uint256 totalUnits = batch.totalUnits + units;
            if (totalUnits > batch.limitUnits) revert IssuanceLimitReached(row, batch.limit, batch.limitUnits);
            batch.totalUnits = totalUnits;
            uint256 shift = uint8(rate >> 136);
            batch.mintedByLane[shift / Lanes.LANE_BITS] += units;
            if (issued + units > Lanes.COUNTER_MAX) word |= Lanes.COUNTER_MAX << yearShift;
            else word += units << yearShift;
            if (uint32(word >> shift) + units > Lanes.LANE_MAX) {
                revert LaneOverflow(batch.issuer, account, uint16(rate >> 144));
            }
            accounts[account] = word + (units << shift);
        }
        emit Transfer(msg.sender, address(0), account, _tokenId(batch.issuer, uint16(rate >> 144)), units);
    }

    /// @dev As `Lanes.present`; words of a batch mostly come from the same epoch, whose passage is worked out once.
    function _present(Batch memory batch, uint256 word) private pure returns (uint256) {
        uint256 written = Lanes.epochOf(word);
        uint256 nowEpoch = batch.nowEpoch;
        if (written == nowEpoch) return word;
        if (written != batch.passedEpoch) {
            batch.passedEpoch = written;
            (batch.kept, batch.aged) = Lanes.passage(written, nowEpoch);
        }
        return Lanes.brought(word, nowEpoch, batch.kept, batch.aged);
    }

    function _clip(Batch memory batch, uint256 row, bytes32 key, uint256 fullUnits, uint256 units) private {
        _awards[_awardId(batch.issuer, batch.number, key)] = Award(true, uint32(units), 0, 0);
        emit AwardClipped(batch.issuer, batch.number, key, row, fullUnits, units);
    }

    /// @dev Looks a row's (activity, month) up once a batch; everything that depends on these two alone is judged here.
    function _rate(Batch memory batch, uint256 row, uint256 tag) private view returns (uint256 rate) {
        uint256 slot = (tag ^ tag >> 16) % RATE_SLOTS;
        rate = batch.rates[slot];
        if (rate >> 160 == tag && rate != 0) return rate; // an empty slot looks like the tag 0

        uint256 month = uint16(tag);
        uint256 activity = tag >> 16;
        if (month > batch.nowMonth) revert MonthInFuture(row, month, batch.nowMonth);
        uint256 year = month / Months.MONTHS_PER_YEAR;
        if (!Months.yearIsOpen(year, batch.nowMonth)) revert YearClosed(row, year);
        (uint16 issuer, uint64 numerator, uint64 denominator) = _rateBook.rateOf(uint16(activity), uint16(month));
        if (issuer == 0) revert UnknownActivity(row, activity);
        if (issuer != batch.issuer) revert ForeignActivity(row, activity, issuer);
        if (numerator == 0) revert NoRateYet(row, activity, month);

        uint256 landing = month / Months.MONTHS_PER_EPOCH + batch.validityEpochs;
        if (landing < batch.firstLanding) landing = batch.firstLanding;
        bool thisYear = year == batch.nowMonth / Months.MONTHS_PER_YEAR;
        uint256 yearShift = thisYear ? Lanes.THIS_YEAR_SHIFT : Lanes.LAST_YEAR_SHIFT;
        rate = tag << 160 | landing << 144 | Lanes.shiftOf(landing) << 136 | yearShift << 128;
        rate |= uint256(numerator) << 64 | denominator;
        batch.rates[slot] = rate;
    }

    function _closeBatch(Batch memory batch) private {
        for (uint256 epoch = batch.nowEpoch; epoch < batch.nowEpoch + Lanes.COUNT; ++epoch) {
            uint64 units = uint64(batch.mintedByLane[epoch % Lanes.COUNT]);
            if (units == 0) continue;
            Class storage c = _classes[batch.issuer][epoch];
            c.minted += units;
            c.free += units;
        }
        _issuers[batch.issuer].levelUnits -= uint64(batch.totalUnits);
    }

    /// @dev The bucket refills by whole units since its last write, never past its capacity.
    function _bucketLevel(IssuerState storage state, IMemberRegistry.IssuerTerms memory terms)
        private
        view
        returns (uint256 level)
    {
        uint256 elapsed = block.timestamp - state.levelAt;
        level = state.levelUnits + elapsed * terms.rateRefillPerDayUnits / 1 days;
        if (level > terms.rateCapacityUnits || state.levelAt == 0) level = terms.rateCapacityUnits;
    }

    function _lowerLimit(Batch memory batch, uint256 headroom, Limit limit) private pure {
        if (headroom >= batch.limitUnits) return;
        batch.limitUnits = headroom;
        batch.limit = limit;
    }

    /// @dev Live classes, and what is still held of the one that passed last: its deadlines may run 14 days on.
    function _outstanding(uint16 issuer, uint256 nowEpoch) private view returns (uint256 units) {
        units = _classes[issuer][nowEpoch - 1].held;
        for (uint256 epoch = nowEpoch; epoch < nowEpoch + Lanes.COUNT; ++epoch) {
            Class storage c = _classes[issuer][epoch];
            units += uint256(c.free) + c.held;
        }
    }

    /// @dev Rounds down: the issuer never pays a fraction of a unit.
    function _convert(uint256 quantity, uint256 numerator, uint256 denominator) internal pure returns (uint256) {
        unchecked {
            return quantity * numerator / denominator; // 64 bits times 64 bits; agreed rates have no zero denominator
        }
    }

    function _awardId(uint16 issuer, uint64 number, bytes32 key) internal pure returns (bytes32) {
        return keccak256(abi.encode(issuer, number, key));
    }

    /// @dev A lowered cap must leave no headroom, not an underflow's worth of it.
    function _saturatingSub(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a - b : 0;
    }
}
