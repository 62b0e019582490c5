// One wallet secret, and the key of each account that is derived from it (docs/wallet-keys.md).
// Accounts stay apart: from one account's key nobody gets to the secret or to another's key.

import { Point, getPublicKey } from "/static/vendor/noble-secp256k1/index.js";
import { keccak_256 } from "/static/vendor/noble-hashes/sha3.js";
import { derived, hex, joined, numberIn, random, unhex, unsigned, utf8 } from "./bytes.js";

export const SECRET_BYTES = 32;
const ADDRESS_BYTES = 20;
const NAME_BYTES = 8;
const ORDER = Point.CURVE().n;
const WIDE_BYTES = 48; // 128 bits more than a key has: what the reduction favours is beyond telling

/** A fresh wallet secret. */
export const newSecret = () => random(SECRET_BYTES);

/** What a secret is called, `0x` and 16 digits; it says nothing about the secret. */
export const nameOf = async (secret) => hex(await derived(secret, utf8("tongdui wallet secret v1"), NAME_BYTES));

/** The key of one account, 32 bytes. `chain` is `{chain_id, ledger}`, `account` as the API shows it. */
export async function accountKey(secret, chain, account) {
  const places = [unsigned(chain.chain_id, 32), address(chain.ledger), address(account)];
  const wide = await derived(secret, joined(utf8("tongdui account key v1"), ...places), WIDE_BYTES);
  const key = unsigned((numberIn(wide) % (ORDER - 1n)) + 1n, 32);
  wide.fill(0);
  return key;
}

/** The address that speaks for a key on the chain, as the API shows it. */
export const addressOf = (key) => hex(keccak_256(getPublicKey(key, false).subarray(1)).subarray(-ADDRESS_BYTES));

function address(text) {
  const bytes = unhex(text);
  if (bytes.length !== ADDRESS_BYTES) throw new RangeError("an address has 20 bytes");
  return bytes;
}
