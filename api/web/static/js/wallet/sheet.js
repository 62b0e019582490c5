// The recovery sheet: a wallet secret as 24 Chinese characters (BIP-39's list, with its check), or as
// letters and digits. It is written on paper and read back from it, and goes nowhere else.

import { letters, numberIn, sha256, unletters, unsigned } from "./bytes.js";
import { CHARACTERS } from "./characters.js";
import { SECRET_BYTES } from "./secret.js";

const COUNT = 24;
const BITS = 11n;
const LIST = [...CHARACTERS];

/** What is written on the sheet. */
export async function sheetOf(secret) {
  const number = (numberIn(secret) << 8n) | BigInt((await sha256(secret))[0]);
  const places = Array.from({ length: COUNT }, (_, at) => BITS * BigInt(COUNT - 1 - at));
  return { characters: places.map((place) => LIST[Number((number >> place) & 2047n)]), letters: await letters(secret) };
}

/** The secret of what was typed from a sheet, in either form; null where a sign of it is wrong. */
export async function secretOfSheet(typed) {
  const signs = [...typed.normalize("NFKC").replace(/[\s,，、。;；]/g, "")];
  if (signs.length !== COUNT) return unletters(typed, SECRET_BYTES);
  const places = signs.map((sign) => LIST.indexOf(sign));
  if (places.includes(-1)) return null;
  const number = places.reduce((sum, place) => (sum << BITS) | BigInt(place), 0n);
  const secret = unsigned(number >> 8n, SECRET_BYTES);
  return BigInt((await sha256(secret))[0]) === (number & 255n) ? secret : null;
}
