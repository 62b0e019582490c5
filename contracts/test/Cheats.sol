// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

/// @notice The few cheat codes of forge that our tests call.
interface ICheats {
    function warp(uint256 timestamp) external;
    function roll(uint256 number) external;
    function prank(address sender) external;
    function assume(bool condition) external pure;
    function expectRevert(bytes calldata revertData) external;
    function getCode(string calldata artifact) external view returns (bytes memory);
}

/// @title What every test here stands on: cheat codes, bounded random numbers, equality that says what it saw.
abstract contract Cheats {
    ICheats internal constant VM = ICheats(address(uint160(uint256(keccak256("hevm cheat code")))));

    error Differs(string what, uint256 found, uint256 expected);

    /// @return a number from `least` to `most`, both included, that follows `random`
    function _between(uint256 random, uint256 least, uint256 most) internal pure returns (uint256) {
        return least + random % (most - least + 1);
    }

    function _same(string memory what, uint256 found, uint256 expected) internal pure {
        if (found != expected) revert Differs(what, found, expected);
    }

    /// @dev Deploys a committed artifact, the very bytes that an installation deploys.
    function _deploy(string memory name, bytes memory arguments) internal returns (address deployed) {
        bytes memory code =
            bytes.concat(VM.getCode(string.concat("contracts/artifacts/", name, ".json")), arguments);
        assembly ("memory-safe") {
            deployed := create(0, add(code, 32), mload(code))
        }
        require(deployed != address(0), name);
    }
}
