// A key that never leaves a device and signs for one account itself: WebAuthn over P-256, verified by
// the desk's contract (contracts/Passkeys.sol). It has an address of its own, and no envelope.

import { keccak_256 } from "/static/vendor/noble-hashes/sha3.js";
import { base64url, hex, joined, numberIn, random, same, sha256, unhex, unsigned, utf8 } from "./bytes.js";
import { WalletError } from "./errors.js";
import { asked, described } from "./passkey.js";

const ES256 = -7;
const ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;
const POINT_BYTES = 64;
const HEAD = '{"type":"webauthn.get","challenge":"';

/** A new credential for one account: `{credential, point}`, the public point in 64 bytes. */
export async function newHardwareKey(name) {
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: "通兑 Tongdui" },
        user: { id: random(16), name, displayName: name },
        pubKeyCredParams: [{ type: "public-key", alg: ES256 }],
        authenticatorSelection: { residentKey: "discouraged", userVerification: "required" },
      },
    }),
  );
  const spki = new Uint8Array(made.response.getPublicKey());
  return { credential: base64url(new Uint8Array(made.rawId)), point: spki.slice(-POINT_BYTES) };
}

/** The address that speaks for it: of its point, and where it may be used. */
export async function hardwareAddress(point, origin = location.origin, rpId = location.hostname) {
  const named = joined(point, await sha256(utf8(rpId)), keccak_256(utf8(origin)));
  return hex(keccak_256(named).subarray(-20));
}

/** Its proof for a digest, as the desk reads it. */
export async function hardwareSigned(digest, { credential, point }) {
  const found = await asked(() =>
    navigator.credentials.get({
      publicKey: { challenge: digest, allowCredentials: [described(credential)], userVerification: "required" },
    }),
  );
  const { authenticatorData, clientDataJSON, signature } = found.response;
  return proofOf(digest, point, location.origin, ...[authenticatorData, clientDataJSON, signature].map(bytesOf));
}

/** The proof, from what a browser gives; WalletError where the desk would not read it. */
export function proofOf(digest, point, origin, data, clientData, signature) {
  const head = utf8(`${HEAD}${base64url(digest)}","origin":"${origin}`);
  if (!same(clientData.subarray(0, head.length), head)) throw new WalletError("passkey-form");
  const [r, s] = numbersOf(signature);
  const low = s > ORDER / 2n ? ORDER - s : s;
  const lengths = Uint8Array.of(data.length, utf8(origin).length);
  const tail = clientData.subarray(head.length);
  return hex(joined(point, unsigned(r, 32), unsigned(low, 32), lengths, data, utf8(origin), tail));
}

/** r and s of a DER signature. */
function numbersOf(der) {
  const integer = (at) => [numberIn(der.subarray(at + 2, at + 2 + der[at + 1])), at + 2 + der[at + 1]];
  const [r, next] = integer(2);
  return [r, integer(next)[0]];
}

const bytesOf = (buffer) => new Uint8Array(buffer);

/** A point as the API keeps it. */
export const pointOf = (text) => {
  const point = unhex(text);
  if (point.length !== POINT_BYTES) throw new RangeError("a point has 64 bytes");
  return point;
};
