// Signs what the API prepared, after reading it: for this chain and desk, of a kind that we know, as
// much as the page showed. The secret is opened for it and forgotten.

import { same, unhex, wiped } from "./bytes.js";
import { WalletError } from "./errors.js";
import { hardwareSigned, pointOf } from "./hardware.js";
import { accountKey, addressOf } from "./secret.js";
import { signed } from "./sign.js";
import { digestOf, typeText } from "./typed.js";

const NAME = "Tongdui RedemptionDesk";
const KINDS = {
  HoldAuthorisation:
    "bytes32 holdId,uint16 issuer,address account,uint16 acceptor,uint32 units,uint40 deadline,uint40 serviceAt,uint40 expiresAt",
  CancelAuthorisation: "bytes32 holdId,uint40 expiresAt",
  DonationAuthorisation:
    "bytes32 donationId,uint16 issuer,address account,address fundAccount,uint32 units,uint40 expiresAt",
  KeyRegistration: "address account,address key,uint8 nonce,uint40 expiresAt",
};

/**
 * The signatures for what `/prepare` answered: each part of `to_sign` less digest and typed data, with
 * `expires_at` and `signature`, as the command that follows takes it in `signed`.
 *
 * `keys` is the answer of `list_keys`, with `envelopes` where hardware keys may be among them. `open`
 * gives the secret; it is called once all is checked, and only where a derived key signs.
 * `expected` is what the resident saw: `{acceptor, units}` of an order, `{units}` of a gift.
 * `accounts` maps hold ids to accounts, for cancels, which name none. WalletError: prepared-differs,
 * other-key, and what `open` throws.
 */
export async function signPrepared(prepared, { keys, open, expected = {}, accounts = {} }) {
  const parts = prepared.to_sign.map((part) => ({ part, read: read(part, prepared.expires_at, keys) }));
  require(parts.length > 0 && agrees(parts.map(({ read }) => read.message), expected), "prepared-differs");
  const accountIn = ({ message }) => message.account ?? accounts[message.holdId];
  const secret = parts.every(({ read }) => deviceOf(keys, accountIn(read))) ? null : await open();
  try {
    const made = [];
    for (const { part, read } of parts) {
      const { digest, typed_data, ...kept } = part;
      const signature = await signedFor(secret, keys, accountIn(read), read.digest);
      made.push({ ...kept, expires_at: prepared.expires_at, signature });
    }
    return made;
  } finally {
    wiped(secret);
  }
}

/** The signature that registers an account's derived key, or replaces the one in effect; `by` is
 * the secret that the key in effect comes from, which signs where there is one; `device` the
 * hardware key that is registered, where it is one. */
export async function signKey(prepared, { keys, secret, by, device, account, key }) {
  const { digest, message } = read(prepared, prepared.expires_at, keys);
  const asked = { account: account.toLowerCase(), key: key.toLowerCase() };
  require(message.account === asked.account && message.key === asked.key, "prepared-differs");
  const found = accountOf(keys, account);
  const signature = found.in_effect
    ? await signedFor(by ?? secret, keys, account, digest)
    : device
      ? await hardwareSigned(digest, device)
      : await signedBy(secret, keys, account, digest);
  return { ...asked, expires_at: prepared.expires_at, signature };
}

/** A part's digest and message, recomputed from its typed data. */
function read({ digest, typed_data: typed }, expiresAt, keys) {
  const { domain, message, primaryType, types } = typed;
  const home = domain.name === NAME && domain.version === "1" && domain.chainId === keys.chain_id;
  require(home && domain.verifyingContract === keys.desk, "prepared-differs");
  const known = Object.hasOwn(KINDS, primaryType) && `${primaryType}(${KINDS[primaryType]})`;
  require(known && typeText(types, primaryType) === known, "prepared-differs");
  require(1000 * message.expiresAt === Date.parse(expiresAt), "prepared-differs");
  const made = digestOf(typed);
  require(same(made, unhex(digest)), "prepared-differs");
  return { digest: made, message };
}

/** Whether what is to be signed is what was shown. */
function agrees(messages, { acceptor, units }) {
  const all = messages.reduce((sum, message) => sum + (message.units ?? 0), 0);
  return (
    (units === undefined || all === units) &&
    (acceptor === undefined || messages.every((message) => message.acceptor === acceptor))
  );
}

/** The hardware key that speaks for an account; none where a derived one does. */
export function deviceOf(keys, account) {
  const { key } = accountOf(keys, account);
  const found = keys.envelopes?.find((one) => one.kind === "hardware" && one.account === account && one.key === key);
  return found && { credential: found.credential, point: pointOf(found.point) };
}

async function signedFor(secret, keys, account, digest) {
  const device = deviceOf(keys, account);
  if (device) return hardwareSigned(digest, device);
  const key = await accountKey(secret, keys, account);
  const fits = addressOf(key) === accountOf(keys, account).key;
  if (!fits) wiped(key);
  require(fits, "other-key");
  return signedWith(key, digest);
}

const signedBy = async (secret, keys, account, digest) => signedWith(await accountKey(secret, keys, account), digest);

async function signedWith(key, digest) {
  try {
    return await signed(digest, key);
  } finally {
    wiped(key);
  }
}

function accountOf(keys, account) {
  const found = keys.accounts.find((one) => one.account === account?.toLowerCase());
  require(found, "prepared-differs");
  return found;
}

function require(holds, code) {
  if (!holds) throw new WalletError(code);
}
