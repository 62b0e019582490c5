// A code split into slips for contacts: any `needed` of them make it, fewer say nothing of it
// (Shamir's scheme, byte by byte over GF(2^8) with AES's polynomial).

import { joined, letters, random, same, unletters } from "./bytes.js";

const CODE_BYTES = 16;
const HEAD_BYTES = 4; // needed, place, and two bytes that all slips of one code have

/** A fresh code and its slips, one for each contact. */
export async function split(needed, count) {
  if (!(2 <= needed && needed <= count && count <= 7)) throw new RangeError("2 of 2 to 7 of 7");
  const [code, set] = [random(CODE_BYTES), random(2)];
  const higher = Array.from({ length: needed - 1 }, () => random(CODE_BYTES));
  const at = (x) => code.map((byte, index) => higher.reduceRight((sum, row) => times(sum, x) ^ row[index], 0));
  const slip = (x) => at(x).map((byte, index) => times(byte, x) ^ code[index]);
  const places = Array.from({ length: count }, (_, index) => index + 1);
  const slips = await Promise.all(places.map((x) => letters(joined(Uint8Array.of(needed, x), set, slip(x)))));
  higher.forEach((row) => row.fill(0));
  return { code, slips };
}

/** What a slip says; null where a sign of it is wrong. */
export async function readSlip(text) {
  const bytes = await unletters(text, HEAD_BYTES + CODE_BYTES);
  if (!bytes) return null;
  return { needed: bytes[0], place: bytes[1], set: bytes.slice(2, HEAD_BYTES), part: bytes.slice(HEAD_BYTES) };
}

/** The code of enough slips of one set; null where there are too few, or they are of several. */
export function together(slips) {
  const first = slips[0];
  const places = new Set(slips.map((slip) => slip.place));
  if (!first || slips.some((slip) => !same(slip.set, first.set)) || places.size < first.needed) return null;
  const used = [...places].slice(0, first.needed).map((place) => slips.find((slip) => slip.place === place));
  return first.part.map((_, index) =>
    used.reduce((sum, slip) => sum ^ times(slip.part[index], weight(used, slip.place)), 0),
  );
}

/** Of a slip's part in the value at zero (Lagrange). */
function weight(used, place) {
  const others = used.map((slip) => slip.place).filter((one) => one !== place);
  return others.reduce((product, one) => times(product, times(one, inverse(one ^ place))), 1);
}

function times(one, other) {
  let [product, factor] = [0, one];
  for (let rest = other; rest; rest >>= 1) {
    if (rest & 1) product ^= factor;
    factor = (factor << 1) ^ (factor & 0x80 ? 0x11b : 0);
  }
  return product;
}

function inverse(value) {
  let power = 1;
  for (let turn = 0; turn < 254; turn++) power = times(power, value);
  return power;
}
