"""The last-resort embedded chain: eth-tester's EVM behind the same JSON-RPC, where Anvil can't run.

A program of its own: ``python -m ledger.chain.fallback PORT CHAIN TIMESTAMP GAS_LIMIT [JOURNAL]``.
It reads the journal before it listens, mines only when told, and serves the calls that the gateway,
the miner and the tests use. Slow by nature; everything else about it is the same.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import orjson

from ledger.chain.fallback_vm import FallbackVm, Reverted
from ledger.chain.journal import Genesis, read_blocks
from ledger.chain.types import unhex

_METHOD_NOT_FOUND, _INVALID, _REVERTED = -32601, -32602, 3


def answer(vm: FallbackVm, request: dict[str, Any]) -> dict[str, Any]:
    """One JSON-RPC answer."""
    told: dict[str, Any] = {"jsonrpc": "2.0", "id": request.get("id")}
    method = methods(vm).get(request.get("method", ""))
    if method is None:
        return told | {"error": {"code": _METHOD_NOT_FOUND, "message": "Method not found"}}
    try:
        return told | {"result": method(*request.get("params", []))}
    except Reverted as refusal:
        data = "0x" + refusal.data.hex()
        error = {"code": _REVERTED, "message": "execution reverted", "data": data}
    except Exception as refusal:  # noqa: BLE001 - whatever the EVM raises is the node's answer
        error = {"code": _INVALID, "message": str(refusal) or type(refusal).__name__}
    return told | {"error": error}


def methods(vm: FallbackVm) -> dict[str, Callable[..., Any]]:
    """What is served."""
    return {
        "eth_chainId": lambda: hex(vm.genesis.chain_id),
        "eth_blockNumber": lambda: hex(vm.head()),
        "eth_getBlockByNumber": vm.block,
        "eth_getBlockReceipts": vm.block_receipts,
        "eth_getTransactionReceipt": vm.receipt,
        "eth_getTransactionByHash": vm.transaction,
        "eth_getRawTransactionByHash": vm.raw,
        "eth_getLogs": vm.logs,
        "eth_call": vm.call,
        "eth_estimateGas": vm.estimate,
        "eth_getCode": vm.code,
        "eth_getTransactionCount": vm.transaction_count,
        "eth_sendRawTransaction": vm.send_raw,
        "txpool_status": vm.pool,
        "evm_setNextBlockTimestamp": vm.set_next_timestamp,
        "evm_mine": vm.mine,
    }


def serve(vm: FallbackVm, port: int) -> None:
    """Answers on the loopback address until the process ends."""

    turn = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = orjson.loads(self.rfile.read(int(self.headers["Content-Length"])))
            with turn:
                batch = isinstance(asked, list)
                told = [answer(vm, one) for one in asked] if batch else answer(vm, asked)
            body = orjson.dumps(told)
            self.send_response(200)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)
            self.wfile.flush()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Handler).serve_forever()


def main(arguments: list[str]) -> None:
    """Replays the journal, then serves."""
    port, chain_id, timestamp_s, gas_limit, *journal = arguments
    vm = FallbackVm(Genesis(int(chain_id), int(timestamp_s), int(gas_limit)))
    for block in read_blocks(Path(journal[0])) if journal else ():
        for raw in block.raws:
            vm.send_raw("0x" + raw.hex())
        vm.set_next_timestamp(block.timestamp_s)
        vm.mine()
        if unhex(vm.block(hex(block.number), False)["hash"]) != block.hash:
            raise SystemExit(f"block {block.number} comes out other than journalled")
    serve(vm, int(port))


if __name__ == "__main__":
    main(sys.argv[1:])
