// The tasks of own keys, step by step: a secret is made or opened, written on a sheet, and speaks
// for the accounts only once the sheet was read back. It is forgotten when the page is left.

import { hex, wiped } from "../wallet/bytes.js";
import { sealedByPasskey, sealedByPin, sealedForContacts, plainPin } from "../wallet/envelope.js";
import { WalletError } from "../wallet/errors.js";
import { hardwareAddress, newHardwareKey } from "../wallet/hardware.js";
import { mayHavePasskeys, newPasskey } from "../wallet/passkey.js";
import { accountKey, addressOf, nameOf, newSecret } from "../wallet/secret.js";
import { split } from "../wallet/shares.js";
import { sheetOf } from "../wallet/sheet.js";
import { deviceOf, signKey } from "../wallet/signing.js";
import { opened } from "./opening.js";
import { operatorBy, untilKeyed } from "./operator.js";
import { wordsOf } from "./words.js";

const STEPS = { open, way, sheet, accounts, device, slips, done };
const PIN_LEAST = 6;
const CHECKED = 3;

const root = document.getElementById("task");
const task = root.dataset.task;
const operator = operatorBy(root.dataset.form);
const within = (name) => root.querySelector(name);
/** What this page holds: `secret` from the step that made or opened it, `before` the one replaced. */
const held = { state: null, secret: null, before: null };

// -- steps: each is shown, and resolves when the resident is done with it ----------------------

async function open(section) {
  const secret = await opened(section, operator, held.state, speaksHere);
  if (task === "replace") held.before = secret;
  else held.secret = secret;
}

async function way(section) {
  held.secret ??= newSecret();
  const option = (name) => section.querySelector(`[data-option="${name}"]`);
  const passkeys = await mayHavePasskeys();
  option("passkey").hidden = !passkeys;
  option("no-passkey").hidden = passkeys;
  const label = () => section.querySelector("#way-label").value.trim() || "—";
  await finished(section, {
    passkey: async () => {
      const name = await nameOf(held.secret);
      const known = held.state.envelopes.filter((one) => one.kind === "passkey" && one.secret === name);
      const made = await newPasskey(label(), known.map((one) => one.credential));
      await store("passkey", label(), await sealedByPasskey(held.secret, held.state.wallet, made));
    },
    pin: async () => {
      const [pin, again] = ["#way-pin", "#way-pin-again"].map((name) => section.querySelector(name));
      checkPin(pin.value, again.value);
      await store("pin", label(), await sealedByPin(held.secret, held.state.wallet, pin.value));
      pin.value = again.value = "";
    },
  });
}

async function sheet(section) {
  const made = await sheetOf(held.secret);
  section.querySelector("[data-characters]").replaceChildren(...made.characters.map((sign) => element("li", sign)));
  section.querySelector("[data-letters]").textContent = made.letters;
  const last = task === "sheet";
  section.querySelector("[data-check]").hidden = last;
  section.querySelector("[data-seen]").hidden = !last;
  if (last) return new Promise(() => {}); // the link leads away
  const signs = section.querySelector("[data-check]").dataset.zh ? made.characters : made.letters.split("-");
  const asked = drawn(signs.length);
  const inputs = asked.map((_, number) => section.querySelector(`#check-${number}`));
  asked.forEach((place, number) => {
    const text = section.querySelector(`label[for="check-${number}"]`);
    text.textContent = text.dataset.label.replace("{n}", place + 1);
  });
  await finished(section, {
    checked: async () => {
      const plain = (text) => text.normalize("NFKC").trim().toUpperCase();
      const fits = inputs.every((input, number) => plain(input.value) === signs[asked[number]]);
      if (!fits) throw new WalletError("check-differs");
    },
  });
}

async function accounts(section) {
  const list = section.querySelector("[data-accounts]");
  const rows = Object.fromEntries(held.state.accounts.map((one) => [one.account, row(one.name, list.dataset.waiting)]));
  list.replaceChildren(...Object.values(rows));
  const retry = section.querySelector("[data-retry]");
  const say = (account, words) => (rows[account].querySelector(".row-says").textContent = words);
  for (;;) {
    retry.hidden = true;
    try {
      await registered(say, list.dataset);
      return;
    } catch (error) {
      tell(error);
      retry.hidden = false;
      await finished(section, { retry: async () => {} });
    }
  }
}

async function registered(say, words) {
  const wanted = {};
  for (const { account, key: announced } of held.state.accounts) {
    if (deviceOf(held.state, account)) continue; // a device of its own speaks for it
    const key = addressOf(await accountKey(held.secret, held.state, account));
    wanted[account] = key;
    if (announced === key) continue;
    const prepared = await operator.send("prepare", { account, key });
    const signed = await signKey(prepared, { keys: held.state, secret: held.secret, by: held.before, account, key });
    await operator.send("register", { content: signed });
    say(account, words.sent);
  }
  const state = await untilKeyed(operator, wanted);
  if (!state) throw new WalletError("not-registered");
  held.state = state;
  for (const account of Object.keys(wanted)) say(account, words.there);
  if (held.before) await dropped(await nameOf(held.before));
}

/** One account's key on a device of its own: what a browser needs to use it is kept first. */
async function device(section) {
  const choices = held.state.accounts.filter(({ account }) => !deviceOf(held.state, account));
  const place = section.querySelector("[data-choices]");
  place.append(...choices.map(({ account, name }, at) => choice(account, name, at === 0)));
  await finished(section, {
    device: async () => {
      const account = place.querySelector("input:checked")?.value;
      if (!account) throw new WalletError("no-account");
      const label = section.querySelector("#device-label").value.trim() || "—";
      const made = await newHardwareKey(label);
      const key = await hardwareAddress(made.point);
      const prepared = await operator.send("prepare", { account, key });
      const how = { keys: held.state, secret: held.secret, device: made, account, key };
      const signed = await signKey(prepared, how);
      const content = { label, account, key, credential: made.credential, point: hex(made.point) };
      await operator.send("ways", { kind: "hardware", content });
      await operator.send("register", { content: signed });
      if (!(await untilKeyed(operator, { [account]: key }))) throw new WalletError("not-registered");
    },
  });
}

async function slips(section) {
  const { needed, count } = held.state.contacts;
  const made = await split(needed, count);
  const sealed = await sealedForContacts(held.secret, held.state.wallet, made.code);
  const earlier = held.state.envelopes.filter((one) => one.kind === "contacts");
  await store("contacts", `${needed}/${count}`, { ...sealed, needed });
  for (const one of earlier) await operator.send("drop", { way: one.id });
  const place = section.querySelector("[data-slips]");
  const title = (number) => place.dataset.title.replace("{n}", number).replace("{of}", count).replace("{needed}", needed);
  place.replaceChildren(
    ...made.slips.map((slip, at) => {
      const article = element("article", "", "sheet slip");
      article.append(element("h3", title(at + 1)), element("p", slip, "slip-code"), element("p", place.dataset.says));
      return article;
    }),
  );
  return new Promise(() => {}); // the link leads away
}

async function done() {
  wiped(held.secret, held.before);
  return new Promise(() => {});
}

// -- what steps are made of ---------------------------------------------------------------------

async function store(kind, label, envelope) {
  const { kind: _, wallet: __, credential, rounds, ...content } = envelope;
  const more = { ...(credential ? { credential } : {}), ...(rounds ? { rounds } : {}) };
  held.state.envelopes.push(await operator.send("ways", { kind, content: { ...content, ...more, label } }));
}

/** Ways in to a secret that speaks for nothing any more. A sign-in too old leaves them for later. */
async function dropped(name) {
  for (const one of held.state.envelopes.filter((one) => one.secret === name))
    await operator.send("drop", { way: one.id }).catch((error) => {
      if (error.code !== "login.sign-in-again") throw error;
    });
}

/** Whether a secret's key is announced for one of the wallet's accounts. */
async function speaksHere(secret) {
  for (const { account, key } of held.state.accounts)
    if (key && addressOf(await accountKey(secret, held.state, account)) === key) return true;
  return false;
}

/** Whether an account obeys a derived key already, whose word a change takes. */
const mustOpen = () => held.state.accounts.some((one) => one.in_effect && !deviceOf(held.state, one.account));

function checkPin(pin, again) {
  const plain = plainPin(pin);
  if (plain !== plainPin(again)) throw new WalletError("pin-differs");
  if ([...plain].length < PIN_LEAST) throw new WalletError("pin-short");
  const steps = new Set([...plain].slice(1).map((sign, at) => sign.codePointAt(0) - plain.codePointAt(at)));
  if (steps.size === 1 && [-1, 0, 1].includes([...steps][0])) throw new WalletError("pin-plain");
}

/** So many places to be read back, in their order. */
function drawn(length) {
  const places = new Set();
  while (places.size < CHECKED) places.add(crypto.getRandomValues(new Uint32Array(1))[0] % length);
  return [...places].sort((one, other) => one - other);
}

/** Waits until a button of the section did what it says; what goes wrong is told, and tried again. */
function finished(section, deeds) {
  return new Promise((finish) => {
    let working = false;
    const attempt = async (name) => {
      if (working || !deeds[name]) return;
      working = true;
      busy(true);
      try {
        await deeds[name]();
        section.removeEventListener("click", click);
        section.removeEventListener("keydown", enter);
        finish();
      } catch (error) {
        tell(error);
      } finally {
        working = false;
        busy(false);
      }
    };
    const click = (event) => attempt(event.target.closest("[data-do]")?.dataset.do);
    const enter = (event) => event.key === "Enter" && event.target.dataset.enter && attempt(event.target.dataset.enter);
    section.addEventListener("click", click);
    section.addEventListener("keydown", enter);
  });
}

function busy(is) {
  within("[data-working]").hidden = !is;
  if (is) within("[data-problem]").hidden = true;
}

function tell(error) {
  const [cause, fix] = wordsOf(error);
  within("[data-cause]").textContent = cause;
  within("[data-fix]").textContent = fix;
  within("[data-problem]").hidden = false;
  within("[data-problem]").focus();
}

function row(title, says) {
  const [made, main] = [element("li", "", "row"), element("span", "", "row-main")];
  main.append(element("span", title, "row-title"), element("span", says, "row-says"));
  made.append(main);
  return made;
}

function choice(value, title, checked) {
  const [label, input] = [element("label", "", "choice"), document.createElement("input")];
  Object.assign(input, { type: "radio", name: "account", value, checked });
  label.append(input, element("span", title));
  return label;
}

function element(name, text, kind = "") {
  const made = document.createElement(name);
  made.textContent = text;
  if (kind) made.className = kind;
  return made;
}

// -- the task -----------------------------------------------------------------------------------

async function run() {
  if (!globalThis.crypto?.subtle) throw new WalletError("no-crypto");
  held.state = await operator.state();
  const steps = root.dataset.order.split(" ").filter((step) => step !== "open" || task !== "hardware" || mustOpen());
  for (const [at, step] of steps.entries()) {
    const section = within(`[data-step="${step}"]`);
    root.querySelectorAll("[data-step]").forEach((one) => (one.hidden = one !== section));
    const where = within("[data-at]");
    where.textContent = root.dataset.steps.replace("{at}", at + 1).replace("{of}", steps.length);
    where.hidden = steps.length < 2;
    within("[data-problem]").hidden = true;
    section.querySelector("h2").focus();
    await STEPS[step](section);
  }
}

addEventListener("pagehide", () => wiped(held.secret, held.before));
run().catch(tell);
