// A signature as the desk's contract takes it: r, s, v in 65 bytes, s low, v 27 or 28.

import { signAsync } from "/static/vendor/noble-secp256k1/index.js";
import { hex, joined } from "./bytes.js";

const RECOVERY_BASE = 27;

/** `0x` and 130 digits; the same digest and key give the same (RFC 6979). */
export async function signed(digest, key) {
  const made = await signAsync(digest, key, { prehash: false, lowS: true, format: "recovered" });
  if (made[0] > 1) throw new RangeError("a recovery id that no contract takes"); // about never
  return hex(joined(made.subarray(1), Uint8Array.of(made[0] + RECOVERY_BASE)));
}
