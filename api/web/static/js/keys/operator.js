// How the pages of own keys speak with the operator: JSON under /my/keys, each POST named once.

import { WalletError } from "../wallet/errors.js";

const HOME = "/my/keys";
const PATIENCE_MS = 45_000;
const PAUSE_MS = 500;

/** The operator as one page reaches it; `token` is the page's own form token. */
export const operatorBy = (token) => ({
  /** Keys, ways in and contacts. */
  state: () => answered(fetch(`${HOME}/state`, { headers: { Accept: "application/json" } })),

  /** Sends fields; an object is sent as JSON. `command` names it: the same is the same effect. */
  send: (path, fields, command = crypto.randomUUID()) => {
    const form = new URLSearchParams({ form: token, command });
    for (const [name, value] of Object.entries(fields))
      form.set(name, typeof value === "string" ? value : JSON.stringify(value));
    return answered(fetch(`${HOME}/${path}`, { method: "POST", body: form }));
  },
});

/** Looks until the wallet's accounts have these keys, by account; null where that takes too long. */
export async function untilKeyed(operator, wanted) {
  const until = Date.now() + PATIENCE_MS;
  while (Date.now() < until) {
    const state = await operator.state();
    if (state.accounts.every(({ account, key }) => !wanted[account] || wanted[account] === key)) return state;
    await new Promise((done) => setTimeout(done, PAUSE_MS));
  }
  return null;
}

async function answered(asked) {
  let answer, said;
  try {
    answer = await asked;
    said = await answer.json();
  } catch {
    throw new WalletError("no-answer"); // no network, or a page: signed out
  }
  if (said.problem) throw Object.assign(new WalletError(said.problem.code), { problem: said.problem });
  if (!answer.ok) throw new WalletError("no-answer");
  return said;
}
