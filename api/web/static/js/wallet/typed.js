// The digest of EIP-712 typed data, from its own types: what the API prepares and the desk checks.

import { keccak_256 } from "/static/vendor/noble-hashes/sha3.js";
import { joined, unhex, unsigned, utf8 } from "./bytes.js";

const DOMAIN = "EIP712Domain";
const WORD = 32;

/** The 32 bytes to sign; RangeError where a value does not fit its type. */
export function digestOf({ types, primaryType, domain, message }) {
  const parts = [structHash(types, DOMAIN, domain), structHash(types, primaryType, message)];
  return keccak_256(joined(Uint8Array.of(0x19, 0x01), ...parts));
}

/** A type as it is hashed: itself, then all that it refers to, in the order of the alphabet. */
export function typeText(types, name) {
  const others = [...refersTo(types, name, new Set())].filter((one) => one !== name).sort();
  const text = (one) => `${one}(${types[one].map((field) => `${field.type} ${field.name}`).join(",")})`;
  return [name, ...others].map(text).join("");
}

function refersTo(types, name, found) {
  const plain = name.replace(/(\[\d*\])+$/, "");
  if (!Object.hasOwn(types, plain) || found.has(plain)) return found;
  found.add(plain);
  for (const field of types[plain]) refersTo(types, field.type, found);
  return found;
}

function structHash(types, name, value) {
  const known = types[name].map((field) => field.name);
  const unknown = Object.keys(value).filter((one) => !known.includes(one));
  if (unknown.length) throw new RangeError(`${name} has no ${unknown.join(", ")}`);
  const words = types[name].map((field) => word(types, field.type, value[field.name]));
  return keccak_256(joined(keccak_256(utf8(typeText(types, name))), ...words));
}

function word(types, type, value) {
  if (value === undefined || value === null) throw new RangeError(`a ${type} is missing`);
  const list = /^(.*)\[(\d*)\]$/.exec(type);
  if (list) {
    if (list[2] && value.length !== Number(list[2])) throw new RangeError(`${type} of another length`);
    return keccak_256(joined(...value.map((one) => word(types, list[1], one))));
  }
  if (Object.hasOwn(types, type)) return structHash(types, type, value);
  if (type === "string") return keccak_256(utf8(value));
  if (type === "bytes") return keccak_256(unhex(value));
  if (type === "bool") return unsigned(value === true ? 1 : value === false ? 0 : -1, WORD);
  if (type === "address") return joined(new Uint8Array(WORD - 20), sized(value, 20));
  const fixed = /^bytes(\d+)$/.exec(type);
  if (fixed) return joined(sized(value, Number(fixed[1])), new Uint8Array(WORD - Number(fixed[1])));
  return integer(type, value);
}

function integer(type, value) {
  const parts = /^(u?)int(\d+)$/.exec(type);
  if (!parts) throw new RangeError(`no such type: ${type}`);
  if (typeof value === "number" && !Number.isSafeInteger(value)) throw new RangeError(`${value} is not exact`);
  const [number, bits] = [BigInt(value), BigInt(parts[2])];
  const [least, most] = parts[1] ? [0n, (1n << bits) - 1n] : [-(1n << (bits - 1n)), (1n << (bits - 1n)) - 1n];
  if (number < least || number > most) throw new RangeError(`${value} is no ${type}`);
  return unsigned(BigInt.asUintN(8 * WORD, number), WORD);
}

function sized(value, length) {
  const bytes = unhex(value);
  if (bytes.length !== length) throw new RangeError(`${value} does not have ${length} bytes`);
  return bytes;
}
