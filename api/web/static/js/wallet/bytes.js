// Byte strings: how they are written, joined, compared and forgotten. Knows no key and no page.

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const CHECK_BYTES = 4;

/** UTF-8. */
export const utf8 = (text) => new TextEncoder().encode(text);

/** `0x` and lower-case digits, as the API writes byte strings. */
export const hex = (bytes) => "0x" + [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");

/** What `hex` wrote, with or without `0x`; RangeError for anything else. */
export function unhex(text) {
  const digits = String(text).replace(/^0x/, "");
  if (!/^([0-9a-fA-F]{2})*$/.test(digits)) throw new RangeError("not hexadecimal digits");
  return Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
}

/** base64url without padding, as WebAuthn writes byte strings. */
export function base64url(bytes) {
  const text = btoa(String.fromCharCode(...bytes));
  return text.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

/** What `base64url` wrote. */
export function unbase64url(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

/** All of them, one behind the other. */
export function joined(...parts) {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Whether both are the same bytes. */
export const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

/** A whole number as so many bytes, the highest first; RangeError where it does not fit. */
export function unsigned(value, length) {
  const number = BigInt(value);
  if (number < 0n || number >> BigInt(8 * length)) throw new RangeError(`${value} does not fit ${length} bytes`);
  return unhex(number.toString(16).padStart(2 * length, "0"));
}

/** The whole number in these bytes, the highest first. */
export const numberIn = (bytes) => BigInt(hex(bytes));

/** So many random bytes that nobody foresees. */
export const random = (length) => crypto.getRandomValues(new Uint8Array(length));

/** Overwrites secrets, so that they do not outlive their use in this page's memory. */
export const wiped = (...secrets) => secrets.forEach((secret) => secret?.fill(0));

/** SHA-256 of it. */
export const sha256 = async (bytes) => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));

/** So many bytes made from a secret for one purpose (HKDF-SHA256, RFC 5869, without salt). */
export async function derived(secret, info, length) {
  const key = await crypto.subtle.importKey("raw", secret, "HKDF", false, ["deriveBits"]);
  const how = { name: "HKDF", hash: "SHA-256", salt: new Uint8Array(0), info };
  return new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * length));
}

/** In groups of five letters and digits that people copy without mistaking them, with a check. */
export async function letters(bytes) {
  const whole = joined(bytes, (await sha256(bytes)).subarray(0, CHECK_BYTES));
  const count = Math.ceil((8 * whole.length) / 5);
  const number = numberIn(whole) << BigInt(5 * count - 8 * whole.length);
  const text = Array.from({ length: count }, (_, at) => CROCKFORD[Number((number >> BigInt(5 * (count - 1 - at))) & 31n)]);
  return text.join("").match(/.{1,5}/g).join("-");
}

/** What `letters` wrote of so many bytes, in any case and grouping; null where a sign is wrong. */
export async function unletters(text, length) {
  const plain = text.normalize("NFKC").toUpperCase().replace(/[\s\-_·—–]/g, "");
  const read = plain.replaceAll("O", "0").replace(/[IL]/g, "1");
  const size = length + CHECK_BYTES;
  const count = Math.ceil((8 * size) / 5);
  if (read.length !== count || [...read].some((one) => !CROCKFORD.includes(one))) return null;
  const number = [...read].reduce((sum, one) => (sum << 5n) | BigInt(CROCKFORD.indexOf(one)), 0n);
  const spare = BigInt(5 * count - 8 * size);
  if (number & ((1n << spare) - 1n)) return null;
  const whole = unsigned(number >> spare, size);
  const bytes = whole.subarray(0, length);
  return same((await sha256(bytes)).subarray(0, CHECK_BYTES), whole.subarray(length)) ? bytes : null;
}
