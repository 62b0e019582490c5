// Refreshes the start page's totals every few seconds. Without it the page shows them as loaded.

const PERIOD_MS = 5000;
const COLUMNS = ["issued", "outstanding", "captured", "refunded", "expired"];

function show(name, key, text) {
  const cell = document.querySelector(`[data-${name}="${CSS.escape(String(key))}"]`);
  if (cell && cell.textContent !== text) cell.textContent = text;
}

function grouped(whole) {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ",");
}

function points(units) {
  const whole = Math.trunc(Math.abs(units) / 100);
  const rest = String(Math.abs(units) % 100).padStart(2, "0");
  return `${units < 0 ? "-" : ""}${grouped(whole)}.${rest}`;
}

function refresh(totals) {
  for (const scheme of totals.schemes)
    for (const column of COLUMNS) show("total", `${scheme.issuer}.${column}`, points(scheme[column].units));
  for (const column of COLUMNS) {
    const units = totals.schemes.reduce((sum, scheme) => sum + scheme[column].units, 0);
    show("sum", column, points(units));
  }
  for (const position of totals.positions) show("position", position.member, points(position.amount.units));
  show("position", "sum", points(totals.positions_sum.units));
  for (const [state, count] of Object.entries(totals.orders)) show("orders", state, grouped(count));
  const stamp = document.getElementById("stamp");
  const time = (totals.as_of || "").slice(0, 16).replace("T", " ");
  if (totals.block !== null)
    stamp.textContent = stamp.dataset.words.replace("{block}", totals.block).replace("{time}", time);
}

async function look() {
  try {
    const answer = await fetch("/v1/totals");
    if (answer.ok) refresh(await answer.json());
  } catch {
    // The next look may find the server again.
  }
}

setInterval(look, PERIOD_MS);
