// Passkeys that open envelopes: WebAuthn's PRF extension gives a secret that only the device, after
// it knew its user, makes again. No server checks these: an envelope that opens is the proof, so the
// challenge is this page's own. Not in every browser: a web view inside an app often has none.

import { base64url, random, unbase64url } from "./bytes.js";
import { WalletError } from "./errors.js";

const SALT_BYTES = 32;
const [ES256, RS256] = [-7, -257];

/** Whether this browser may have such passkeys; only a try tells for sure. */
export async function mayHavePasskeys() {
  if (!globalThis.PublicKeyCredential || !navigator.credentials?.create) return false;
  const told = await PublicKeyCredential.getClientCapabilities?.().catch(() => null);
  return told?.["extension:prf"] !== false;
}

/** A new passkey and what it gives: `{credential, salt, output}`. `name` is what the device shows;
 * `known` are credentials of this wallet, so that one device has one of them. */
export async function newPasskey(name, known = []) {
  const salt = random(SALT_BYTES);
  const made = await asked(() =>
    navigator.credentials.create({
      publicKey: {
        challenge: random(32),
        rp: { name: "通兑 Tongdui" },
        user: { id: random(16), name, displayName: name },
        pubKeyCredParams: [ES256, RS256].map((alg) => ({ type: "public-key", alg })),
        authenticatorSelection: { residentKey: "preferred", userVerification: "required" },
        excludeCredentials: known.map(described),
        extensions: { prf: { eval: { first: salt } } },
      },
    }),
  );
  const prf = made.getClientExtensionResults().prf;
  if (!prf?.enabled) throw new WalletError("passkey-without-prf");
  const credential = base64url(new Uint8Array(made.rawId));
  if (prf.results?.first) return { credential, salt, output: new Uint8Array(prf.results.first) };
  return { ...(await outputOf([{ credential, salt }])), salt };
}

/** What one of these passkeys gives for its own salt: `{credential, output}`. Which one is the
 * resident's and the device's choice. */
export async function outputOf(choices) {
  const evalByCredential = Object.fromEntries(choices.map(({ credential, salt }) => [credential, { first: salt }]));
  const found = await asked(() =>
    navigator.credentials.get({
      publicKey: {
        challenge: random(32),
        allowCredentials: choices.map(({ credential }) => described(credential)),
        userVerification: "required",
        extensions: { prf: { evalByCredential } },
      },
    }),
  );
  const output = found.getClientExtensionResults().prf?.results?.first;
  if (!output) throw new WalletError("passkey-without-prf");
  return { credential: base64url(new Uint8Array(found.rawId)), output: new Uint8Array(output) };
}

/** What the browser answers; WalletError where the resident or the device said no. */
export async function asked(ask) {
  try {
    return await ask();
  } catch (error) {
    if (error?.name === "InvalidStateError") throw new WalletError("passkey-there-already");
    if (error?.name === "NotAllowedError" || error?.name === "AbortError") throw new WalletError("passkey-declined");
    throw new WalletError("passkey-fails", { why: error?.name ?? "" });
  }
}

export const described = (credential) => ({ type: "public-key", id: unbase64url(credential) });
