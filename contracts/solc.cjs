// A `solc` over npm's compiler. npm's own `solcjs` prints a banner and lacks options, so it cannot serve tools that
// read standard JSON. Answers --version and --standard-json; imports are looked up under --base-path and each
// --include-path. Other options are accepted and ignored. Must not reach the network.
"use strict";
const fs = require("fs");
const path = require("path");
const solc = require(path.join(__dirname, "..", "node_modules", "solc"));

function readOptions(args) {
  const options = { version: false, roots: [] };
  for (let i = 0; i < args.length; i++) {
    const [name, inline] = args[i].split(/=(.*)/s);
    if (name === "--version") options.version = true;
    else if (name === "--base-path" || name === "--include-path") options.roots.push(inline ?? args[++i]);
    else if (name === "--allow-paths") inline ?? i++;
  }
  if (options.roots.length === 0) options.roots.push(process.cwd());
  return options;
}

function lookUp(roots, name) {
  for (const root of roots) {
    const file = path.resolve(root, name);
    if (fs.existsSync(file)) return { contents: fs.readFileSync(file, "utf8") };
  }
  return { error: `${name} is under none of ${roots.join(", ")}` };
}

const options = readOptions(process.argv.slice(2));
if (options.version) {
  process.stdout.write(`solc, the solidity compiler commandline interface\nVersion: ${solc.version()}\n`);
} else {
  const input = fs.readFileSync(0, "utf8");
  process.stdout.write(solc.compile(input, { import: (name) => lookUp(options.roots, name) }) + "\n");
}
