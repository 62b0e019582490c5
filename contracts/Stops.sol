// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {AccessManaged} from "@openzeppelin/contracts/access/manager/AccessManaged.sol";
import {IPointsLedger} from "./interfaces/IPointsLedger.sol";

/// @title The two stops.
/// @notice Pause: no mints, no new holds, no donations. Strict stop: no captures either; then no deadline passes until 72 hours
/// after it ends. Reading, releasing, refunding, correcting and booking expiry never stop.
abstract contract Stops is IPointsLedger, AccessManaged {
    uint256 internal constant GRACE_AFTER_STRICT_STOP_S = 72 hours;

    /// The appointed desk, which every hold asks for: it fills the slot of the stops, read at the same time.
    address internal _desk;
    bool private _paused;
    bool private _strict;
    uint40 private _strictSince;
    uint40 private _strictUntil;

    modifier unlessPaused() {
        if (_paused) revert PausedNow();
        _;
    }

    modifier unlessStrict() {
        if (_strict) revert StrictStopInForce();
        _;
    }

    /// @inheritdoc IPointsLedger
    function pause() external restricted {
        _paused = true;
        emit Paused(msg.sender);
    }

    /// @inheritdoc IPointsLedger
    function stopStrictly() external restricted {
        _paused = true;
        if (!_strict) {
            _strict = true;
            // A stop within the grace of the one before it continues it: what that one saved stays saved.
            if (block.timestamp >= _strictUntil + GRACE_AFTER_STRICT_STOP_S) _strictSince = uint40(block.timestamp);
        }
        emit StrictStopBegun(msg.sender);
    }

    /// @inheritdoc IPointsLedger
    function resume() external restricted {
        _paused = false;
        if (_strict) {
            _strict = false;
            _strictUntil = uint40(block.timestamp);
        }
        emit Resumed(msg.sender);
    }

    /// @inheritdoc IPointsLedger
    function deadlinePassed(uint256 deadline) public view returns (bool) {
        if (_strictSince != 0 && deadline >= _strictSince) {
            if (_strict) return false;
            uint256 graceEnds = _strictUntil + GRACE_AFTER_STRICT_STOP_S;
            if (deadline < graceEnds) deadline = graceEnds;
        }
        return block.timestamp > deadline;
    }

    /// @inheritdoc IPointsLedger
    function stops() external view returns (bool, bool, uint40, uint40) {
        return (_paused, _strict, _strictSince, _strictUntil);
    }
}
