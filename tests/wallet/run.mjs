// Calls functions of the wallet's modules: one JSON list of calls on standard input, one of answers
// on standard output. Byte strings are written {"hex": "0x…"} on the way in and out.
import { readFileSync } from "node:fs";

const FOLDER = new URL("../../api/web/static/js/wallet/", import.meta.url);

const read = (value) => {
  if (Array.isArray(value)) return value.map(read);
  if (value === null || typeof value !== "object") return value;
  if (Object.keys(value).join() === "hex") return Uint8Array.from(Buffer.from(value.hex.slice(2), "hex"));
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, read(one)]));
};
const written = (value) => {
  if (value instanceof Uint8Array) return { hex: "0x" + Buffer.from(value).toString("hex") };
  if (Array.isArray(value)) return value.map(written);
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, written(one)]));
};

const answers = [];
for (const [module, name, ...given] of JSON.parse(readFileSync(0, "utf8"))) {
  const called = (await import(new URL(`${module}.js`, FOLDER)))[name];
  const words = read(given);
  // A secret that is asked for when all is checked is given as a value here.
  if (words[1]?.secretToOpen) words[1].open = async () => words[1].secretToOpen.slice();
  try {
    answers.push({ is: written(await called(...words)) });
  } catch (error) {
    answers.push({ error: error.code ?? error.name });
  }
}
process.stdout.write(JSON.stringify(answers));
