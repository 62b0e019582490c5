// Envelopes: a wallet secret, encrypted so that a passkey, a PIN or the contacts open it again.
// What is in one and why: docs/wallet-keys.md. The operator keeps envelopes and opens none; for a
// PIN and for contacts it holds half of the key besides, and gives it out a few times only. What
// opens one is forgotten once it was used: a passkey's output, this browser's half, the code.

import { derived, hex, joined, random, unhex, utf8, wiped } from "./bytes.js";
import { WalletError } from "./errors.js";
import { SECRET_BYTES, nameOf } from "./secret.js";

const VERSION = 1;
const ROUNDS = 600_000; // of PBKDF2-SHA256; what is read says its own, never fewer
const HALF_BYTES = 32;
const MOST_ROUNDS = 10_000_000;
const [SALT_BYTES, IV_BYTES, KEY_BYTES] = [32, 12, 32];

/** An envelope for a passkey: `output` is what it gave for `salt` (WebAuthn PRF). */
export async function sealedByPasskey(secret, wallet, { credential, salt, output }) {
  const key = await fromOutput(output);
  return sealed(secret, key, { kind: "passkey", wallet, salt: hex(salt), credential });
}

/** The secret in a passkey's envelope. */
export async function openedByPasskey(envelope, output) {
  return opened(envelope, await fromOutput(output));
}

/** An envelope for a PIN, with the operator's half of its key and what proves the PIN to it. */
export async function sealedByPin(secret, wallet, pin) {
  const [salt, share] = [random(SALT_BYTES), random(HALF_BYTES)];
  const { half, verifier } = await fromPin(pin, salt, ROUNDS);
  const key = await whole(half, share, "pin");
  const made = await sealed(secret, key, { kind: "pin", wallet, salt: hex(salt), rounds: ROUNDS });
  return { ...made, verifier: hex(verifier), share: hex(share) };
}

/** What a browser makes of a PIN: its half of the key, and what the operator asks before its own. */
export async function halfOfPin(envelope, pin) {
  if (!(ROUNDS <= envelope.rounds && envelope.rounds <= MOST_ROUNDS))
    throw new WalletError("envelope-unknown"); // one that somebody made weak, or endless
  return fromPin(pin, unhex(envelope.salt), envelope.rounds);
}

/** An envelope for recovery contacts; `code` is what their slips make together. */
export async function sealedForContacts(secret, wallet, code) {
  const [salt, share] = [random(SALT_BYTES), random(HALF_BYTES)];
  const key = await whole(code, share, "contacts");
  return { ...(await sealed(secret, key, { kind: "contacts", wallet, salt: hex(salt) })), share: hex(share) };
}

/** The secret in an envelope whose key has two halves: `share` is the operator's. */
export async function openedByHalves(envelope, half, share) {
  return opened(envelope, await whole(half, unhex(share), envelope.kind));
}

/** A PIN as it is used: full-width digits are digits, and spaces at its ends are no part of it. */
export const plainPin = (typed) => typed.normalize("NFKC").trim();

async function fromOutput(output) {
  const key = await derived(output, utf8("tongdui envelope passkey v1"), KEY_BYTES);
  wiped(output);
  return key;
}

async function fromPin(pin, salt, rounds) {
  const key = await crypto.subtle.importKey("raw", utf8(plainPin(pin)), "PBKDF2", false, ["deriveBits"]);
  const how = { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds };
  const slow = new Uint8Array(await crypto.subtle.deriveBits(how, key, 8 * HALF_BYTES));
  const half = await derived(slow, utf8("tongdui pin half v1"), HALF_BYTES);
  const verifier = await derived(slow, utf8("tongdui pin verifier v1"), HALF_BYTES);
  wiped(slow);
  return { half, verifier };
}

async function whole(half, share, kind) {
  const both = joined(half, share);
  const key = await derived(both, utf8(`tongdui envelope ${kind} v1`), KEY_BYTES);
  wiped(both, half);
  return key;
}

async function sealed(secret, key, head) {
  const iv = random(IV_BYTES);
  const envelope = { version: VERSION, secret: await nameOf(secret), credential: null, rounds: null, ...head };
  const how = { name: "AES-GCM", iv, additionalData: bound(envelope) };
  const ciphertext = await crypto.subtle.encrypt(how, await aes(key, "encrypt"), secret);
  return { ...envelope, iv: hex(iv), ciphertext: hex(new Uint8Array(ciphertext)) };
}

async function opened(envelope, key) {
  if (envelope.version !== VERSION) throw new WalletError("envelope-unknown");
  const how = { name: "AES-GCM", iv: unhex(envelope.iv), additionalData: bound(envelope) };
  let secret;
  try {
    secret = new Uint8Array(await crypto.subtle.decrypt(how, await aes(key, "decrypt"), unhex(envelope.ciphertext)));
  } catch {
    throw new WalletError("envelope-closed");
  }
  if (secret.length !== SECRET_BYTES || (await nameOf(secret)) !== envelope.secret)
    throw new WalletError("envelope-closed");
  return secret;
}

/** What an envelope says of itself can't be changed without the key, nor moved to another wallet. */
function bound({ version, kind, wallet, secret, credential, salt, rounds }) {
  return utf8(["tongdui envelope", version, kind, wallet, secret, credential ?? "", salt, rounds ?? ""].join("\n"));
}

async function aes(key, use) {
  const made = await crypto.subtle.importKey("raw", key, "AES-GCM", false, [use]);
  wiped(key);
  return made;
}
