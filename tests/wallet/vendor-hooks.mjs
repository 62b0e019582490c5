// The addresses of served libraries, as files of node_modules.
const FOLDERS = { "noble-secp256k1": "@noble/secp256k1", "noble-hashes": "@noble/hashes" };
const ROOT = new URL("../../node_modules/", import.meta.url);

export function resolve(specifier, context, next) {
  const served = /^\/static\/vendor\/([\w-]+)\/([\w.-]+)$/.exec(specifier);
  return served ? next(new URL(`${FOLDERS[served[1]]}/${served[2]}`, ROOT).href, context) : next(specifier, context);
}
