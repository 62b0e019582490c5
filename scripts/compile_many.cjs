// A compiler that stays: one standard-JSON request a line in, one answer a line out. Starting npm's solc and warming
// it up costs more than a contract does. Imports are looked up under the folder given. Must not reach the network.
"use strict";
const fs = require("fs");
const path = require("path");
const readline = require("readline");
const solc = require(path.join(__dirname, "..", "node_modules", "solc"));

const modules = process.argv[2];

function lookUp(name) {
  const file = path.resolve(modules, name);
  return fs.existsSync(file) ? { contents: fs.readFileSync(file, "utf8") } : { error: `no ${name}` };
}

process.stdout.on("error", () => process.exit(0)); // whoever asked is gone
readline.createInterface({ input: process.stdin }).on("line", (line) => {
  process.stdout.write(JSON.stringify(JSON.parse(solc.compile(line, { import: lookUp }))) + "\n");
});
