// What can go wrong with a wallet in a browser. Pages find their words under the code.

/** `code` is stable; `values` explain it. */
export class WalletError extends Error {
  constructor(code, values = {}) {
    super(code);
    this.code = code;
    this.values = values;
  }
}
