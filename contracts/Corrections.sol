// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Minting} from "./Minting.sol";
import {IPointsLedger} from "./interfaces/IPointsLedger.sol";
import {Lanes} from "./Lanes.sol";
import {Months} from "./Months.sol";

/// @title Linked opposite entries: corrections of awards, reversals of corrections.
/// @notice Takes from the account's lots with the issuer, earliest first; what is no longer there is the issuer's loss.
abstract contract Corrections is Minting {
    bytes32 internal constant ENDED = bytes32(uint256(1));

    mapping(bytes32 correction => bytes32) private _corrections;

    /// @inheritdoc IPointsLedger
    function correct(
        uint64 number, bytes32[] calldata words, bytes32[] calldata keys, CorrectionRequest[] calldata requests
    ) external {
        _correct(REGISTRY.issuerOf(msg.sender), number, words, keys, requests, true);
    }

    /// @inheritdoc IPointsLedger
    function correctClosed(
        uint16 issuer,
        uint64 number,
        bytes32[] calldata words,
        bytes32[] calldata keys,
        CorrectionRequest[] calldata requests
    ) external restricted {
        _correct(issuer, number, words, keys, requests, false);
    }

    /// @inheritdoc IPointsLedger
    function reverse(bytes32 id, Correction calldata entry, bytes32 reasonHash) external {
        if (REGISTRY.issuerOf(msg.sender) != entry.issuer) revert CorrectionMismatch(id);
        _requireYear(0, entry.month, true);
        _reverse(id, entry, reasonHash);
    }

    /// @inheritdoc IPointsLedger
    function reverseClosed(bytes32 id, Correction calldata entry, bytes32 reasonHash) external restricted {
        _requireYear(0, entry.month, false);
        _reverse(id, entry, reasonHash);
    }

    function _correct(
        uint16 issuer,
        uint64 number,
        bytes32[] calldata words,
        bytes32[] calldata keys,
        CorrectionRequest[] calldata requests,
        bool openYear
    ) private {
        if (_batchHashes[issuer][number] != keccak256(abi.encode(words, keys))) revert BatchDataMismatch(issuer, number);
        for (uint256 i = 0; i < requests.length; ++i) {
            CorrectionRequest calldata request = requests[i];
            if (request.row >= words.length) revert RowMissing(request.row, words.length);
            uint256 award = uint256(words[request.row]);
            _requireYear(request.row, uint16(award >> 64), openYear);
            _correctOne(issuer, _awardId(issuer, number, keys[request.row]), award, request);
        }
    }

    function _correctOne(uint16 issuer, bytes32 awardId, uint256 award, CorrectionRequest calldata request) private {
        uint16 month = uint16(award >> 64);
        address account = address(uint160(award >> 96));
        Award storage record = _awards[awardId];
        uint32 due = _due(record, award, month, request);
        record.correctedUnits += due;

        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint256 word = Lanes.present(_words[issuer][account], nowEpoch);
        uint192 slices = uint192(Lanes.takeEarliest(word, nowEpoch, due));
        uint256 taken = Lanes.total(slices);
        _words[issuer][account] = _creditYear(word - slices, month, taken, false);
        (uint256 epoch, uint256 slice) = (nowEpoch, 0);
        for (uint256 rest = slices; rest != 0;) {
            (epoch, slice, rest) = Lanes.next(rest, epoch);
            Class storage c = _classes[issuer][epoch];
            c.free -= uint64(slice);
            c.corrected += uint64(slice);
            emit Transfer(msg.sender, account, address(0), _tokenId(issuer, epoch), slice);
        }
        _issuers[issuer].lossUnits += uint64(due - taken);

        Correction memory entry = Correction(issuer, account, month, uint16(nowEpoch), slices, due, awardId);
        bytes32 id = keccak256(abi.encode(awardId, ++record.corrections));
        _corrections[id] = keccak256(abi.encode(entry));
        emit AwardCorrected(id, issuer, account, entry, request.reasonHash);
    }

    /// @dev What stands of the award less what the new quantity is worth, at the rate of its month.
    function _due(Award storage record, uint256 award, uint16 month, CorrectionRequest calldata request)
        private
        view
        returns (uint32)
    {
        (, uint64 numerator, uint64 denominator) = _rateBook.rateOf(uint16(award >> 80), month);
        uint256 minted = record.clipped ? record.units : _convert(uint64(award), numerator, denominator);
        uint256 standing = minted - record.correctedUnits;
        uint256 target = _convert(request.quantity, numerator, denominator);
        if (target >= standing) revert NothingToCorrect(request.row, standing, target);
        return uint32(standing - target);
    }

    function _reverse(bytes32 id, Correction calldata entry, bytes32 reasonHash) private {
        if (_corrections[id] != keccak256(abi.encode(entry))) revert CorrectionMismatch(id);
        _corrections[id] = ENDED;
        _awards[entry.award].correctedUnits -= entry.dueUnits;

        uint256 nowEpoch = Months.epochOf(block.timestamp);
        uint256 firstLanding = Months.firstLandingEpoch(block.timestamp);
        uint256 word = Lanes.present(_words[entry.issuer][entry.account], nowEpoch);
        (uint256 epoch, uint256 slice) = (uint256(entry.epoch), 0);
        for (uint256 rest = entry.slices; rest != 0;) {
            (epoch, slice, rest) = Lanes.next(rest, epoch);
            _classes[entry.issuer][epoch].corrected -= uint64(slice);
            word = _land(word, entry.issuer, entry.account, epoch, slice, firstLanding);
        }
        uint256 taken = Lanes.total(entry.slices);
        _words[entry.issuer][entry.account] = _creditYear(word, entry.month, taken, true);
        _issuers[entry.issuer].lossUnits -= uint64(entry.dueUnits - taken);
        emit CorrectionReversed(id, entry.issuer, entry.account, reasonHash);
    }

    /// @dev Puts units of a class back into a present word: into their own epoch, or carried to the first that lives long enough.
    function _land(uint256 word, uint16 issuer, address account, uint256 epoch, uint256 units, uint256 firstLanding)
        internal
        returns (uint256)
    {
        uint256 landing = epoch;
        if (epoch < firstLanding) {
            landing = firstLanding;
            _classes[issuer][epoch].carriedOut += uint64(units);
            _classes[issuer][landing].carriedIn += uint64(units);
        }
        _classes[issuer][landing].free += uint64(units);
        emit Transfer(msg.sender, address(0), account, _tokenId(issuer, landing), units);
        return _addToLane(word, issuer, account, landing, units);
    }

    /// @dev A correction gives the year's headroom back by what it took; its reversal uses it again. Years no longer counted stay.
    function _creditYear(uint256 word, uint256 month, uint256 units, bool used) private view returns (uint256) {
        uint256 year = month / Months.MONTHS_PER_YEAR;
        uint256 nowYear = Months.monthOf(block.timestamp) / Months.MONTHS_PER_YEAR;
        if (year + 1 < nowYear) return word;
        bool thisYear = year == nowYear;
        uint256 issued = Lanes.issuedIn(word, thisYear);
        return Lanes.withIssued(word, thisYear, used ? issued + units : _saturatingSub(issued, units));
    }

    function _requireYear(uint256 row, uint256 month, bool openYear) private view {
        uint256 year = month / Months.MONTHS_PER_YEAR;
        if (Months.yearIsOpen(year, Months.monthOf(block.timestamp)) == openYear) return;
        if (openYear) revert YearClosed(row, year);
        revert YearStillOpen(year);
    }
}
