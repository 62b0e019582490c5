// Lets Node find what a browser is served under /static/vendor, so that both run the same modules.
import { register } from "node:module";

register("./vendor-hooks.mjs", import.meta.url);
