// The panel that opens a wallet: by passkey, PIN, recovery sheet, or contacts' slips.

import { hex, unhex } from "../wallet/bytes.js";
import { halfOfPin, openedByHalves, openedByPasskey, plainPin } from "../wallet/envelope.js";
import { WalletError } from "../wallet/errors.js";
import { mayHavePasskeys, outputOf } from "../wallet/passkey.js";
import { nameOf } from "../wallet/secret.js";
import { readSlip, together } from "../wallet/shares.js";
import { secretOfSheet } from "../wallet/sheet.js";
import { wordsOf } from "./words.js";

/**
 * Shows the ways that this wallet has and this browser can use; the secret once one of them opened
 * it. What goes wrong is said in the panel, and the resident tries again. A secret whose name no
 * envelope has is taken from a sheet only if `fits(secret)`.
 */
export async function opened(panel, operator, state, fits = async () => true) {
  const of = (kind) => state.envelopes.filter((one) => one.kind === kind);
  const show = (way, holds) => (panel.querySelector(`[data-way="${way}"]`).hidden = !holds);
  show("passkey", of("passkey").length > 0 && (await mayHavePasskeys()));
  show("pin", of("pin").length > 0);
  show("contacts", of("contacts").length > 0);
  const typed = (name) => panel.querySelector(`#open-${name}`);
  const ways = {
    passkey: () => byPasskey(of("passkey")),
    pin: () => byPin(operator, of("pin"), typed("pin").value),
    sheet: () => bySheet(state, typed("sheet").value, fits),
    contacts: () => byContacts(operator, of("contacts"), typed("contacts").value),
  };
  const secret = await chosen(panel, ways);
  for (const name of ["pin", "sheet", "contacts"]) typed(name).value = "";
  return secret;
}

/** Waits until a button of the panel did what it says. */
function chosen(panel, ways) {
  const said = panel.querySelector("[data-said]");
  return new Promise((done) => {
    let working = false;
    const attempt = async (way) => {
      if (working || !ways[way]) return;
      [working, said.hidden] = [true, true];
      panel.setAttribute("aria-busy", "true");
      try {
        const secret = await ways[way]();
        panel.removeEventListener("click", click);
        panel.removeEventListener("keydown", enter);
        done(secret);
      } catch (error) {
        said.textContent = wordsOf(error).join(" ");
        said.hidden = false;
      } finally {
        working = false;
        panel.removeAttribute("aria-busy");
      }
    };
    const click = (event) => attempt(event.target.closest("[data-do]")?.dataset.do);
    const enter = (event) => {
      if (event.key !== "Enter" || !event.target.dataset.enter) return;
      event.preventDefault();
      attempt(event.target.dataset.enter);
    };
    panel.addEventListener("click", click);
    panel.addEventListener("keydown", enter);
  });
}

async function byPasskey(envelopes) {
  const choices = envelopes.map(({ credential, salt }) => ({ credential, salt: unhex(salt) }));
  const { credential, output } = await outputOf(choices);
  return openedByPasskey(envelopes.find((one) => one.credential === credential), output);
}

/** Several PINs may be in use: the newest is asked, so that a wrong one is one try. */
async function byPin(operator, envelopes, typed) {
  const envelope = envelopes.at(-1);
  if (!plainPin(typed)) throw new WalletError("pin-short");
  const { half, verifier } = await halfOfPin(envelope, typed);
  const { share } = await operator.send("share", { way: envelope.id, verifier: hex(verifier) });
  return openedByHalves(envelope, half, share);
}

async function bySheet(state, typed, fits) {
  const secret = await secretOfSheet(typed);
  if (!secret) throw new WalletError("sheet-misread");
  const name = await nameOf(secret);
  const known = state.envelopes.some((one) => one.secret === name) || (await fits(secret));
  if (!known) throw new WalletError("other-key");
  return secret;
}

async function byContacts(operator, envelopes, typed) {
  const lines = typed.split(/[\n;；]+/).filter((line) => line.trim());
  const slips = await Promise.all(lines.map(readSlip));
  if (slips.includes(null)) throw new WalletError("slips-misread");
  const code = together(slips);
  if (!code) throw new WalletError("slips-few");
  const envelope = envelopes.at(-1);
  const { share } = await operator.send("share", { way: envelope.id });
  return openedByHalves(envelope, code, share);
}
