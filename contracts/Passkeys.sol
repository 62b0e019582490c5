// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.30;

import {Base64} from "@openzeppelin/contracts/utils/Base64.sol";
import {P256} from "@openzeppelin/contracts/utils/cryptography/P256.sol";

/// @title A resident's passkey or hardware key: WebAuthn over P-256, spoken for by an address.
/// @notice The address is a hash of the public point, the relying party and the origin, so it stands wherever a key's address does,
/// and a proof made for another site or another relying party speaks for another address. A proof is, without gaps:
/// x · y · r · s (32 bytes each) · length of the authenticator data (1) · length of the origin (1) · authenticator data · origin ·
/// what follows the origin in the client data. The client data's beginning is written by every client the same way (WebAuthn
/// level 2, 5.8.1.2), so it is made here and not looked for.
library Passkeys {
    uint256 private constant HEAD = 130;
    uint256 private constant LEAST_AUTHENTICATOR_DATA = 37;
    /// Somebody was there, and the device knew who.
    uint8 private constant PRESENT_AND_VERIFIED = 0x05;
    uint8 private constant BACKUP_ELIGIBLE = 0x08;
    uint8 private constant BACKED_UP = 0x10;

    /// @param digest what was to be signed: the challenge
    /// @return signer the address that the proof speaks for; zero where it does not hold
    /// @return counter the authenticator's count of signatures; 0 where it keeps none
    function signerOf(bytes32 digest, bytes calldata proof) internal view returns (address signer, uint32 counter) {
        if (proof.length < HEAD) return (address(0), 0);
        uint256 originAt = HEAD + uint8(proof[128]);
        uint256 tailAt = originAt + uint8(proof[129]);
        if (originAt < HEAD + LEAST_AUTHENTICATOR_DATA || proof.length < tailAt) return (address(0), 0);
        bytes calldata data = proof[HEAD:originAt];
        if (!_isVerified(uint8(data[32])) || !_isOwnPage(proof[tailAt:])) return (address(0), 0);
        bytes32 signed = sha256(abi.encodePacked(data, sha256(_clientData(digest, proof[originAt:]))));
        (bytes32 x, bytes32 y) = (bytes32(proof[0:32]), bytes32(proof[32:64]));
        if (!P256.verify(signed, bytes32(proof[64:96]), bytes32(proof[96:128]), x, y)) return (address(0), 0);
        bytes32 named = keccak256(abi.encodePacked(x, y, data[0:32], keccak256(proof[originAt:tailAt])));
        return (address(uint160(uint256(named))), uint32(bytes4(data[33:37])));
    }

    /// @param origin with what follows it
    function _clientData(bytes32 digest, bytes calldata origin) private pure returns (bytes memory) {
        string memory challenge = Base64.encodeURL(abi.encodePacked(digest));
        return abi.encodePacked('{"type":"webauthn.get","challenge":"', challenge, '","origin":"', origin);
    }

    function _isVerified(uint8 flags) private pure returns (bool) {
        bool backup = flags & BACKUP_ELIGIBLE != 0 || flags & BACKED_UP == 0;
        return backup && flags & PRESENT_AND_VERIFIED == PRESENT_AND_VERIFIED;
    }

    /// @dev Not inside another site's frame: `crossOrigin` is false, or not told, as older clients do.
    function _isOwnPage(bytes calldata tail) private pure returns (bool) {
        if (tail.length == 2) return bytes2(tail) == '"}';
        if (tail.length < 22) return false;
        bytes22 begin = bytes22(tail[0:22]);
        return begin == '","crossOrigin":false,' || (tail.length == 22 && begin == '","crossOrigin":false}');
    }
}
