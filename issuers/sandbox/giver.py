"""The example network's issuer for test residents: awards invented deeds to whoever asks.

    python -m issuers.sandbox.giver --node URL --deployment F --key F --issuer 1 --activity 101

So that a provider can try its desk: the operator cannot create points, an issuer's own key must.
Runs on an example network alone, and answers on the loopback address alone. Keys of its awards are
random, as no event is behind them; the same name is the same award, whatever dies on the way. No
agent may send with the same key.
"""

from __future__ import annotations

import argparse
import json
import secrets
import signal
import sys
import threading
import time
from collections.abc import Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from issuers.sandbox.gifts import Gift, Gifts
from ledger.chain.abi import abi
from ledger.chain.awardnames import data_hash
from ledger.chain.calls import award_word
from ledger.chain.deployment import Deployment, read_deployment
from ledger.chain.direct import send
from ledger.chain.gateway import Gateway
from ledger.chain.keyfile import read_key
from ledger.chain.signer import Signer
from ledger.errors import Refused, Rejected, TongduiError
from ledger.refusals import coded, explain, http_status
from ledger.units import month_of

HOST = "127.0.0.1"
MOST_QUANTITY = 1_000_000
"""Of one award, in the activity's smallest unit."""
LARGEST_BODY = 4_096
COMES_S, _POLL_S = 5.0, 0.05
_ROOT = b"\0" * 32
"""Where the evidence would be: there is none."""
_NONE = b"\0" * 32


class Giver:
    """One issuer's key on one example network. Safe to call from any thread: one award a time."""

    def __init__(
        self,
        gateway: Gateway,
        deployment: Deployment,
        key: Signer,
        issuer: int,
        activity: int,
        memory: Path,
    ) -> None:
        """``memory`` is the file of what it was asked for. Refused("sandbox.not-an-example") for
        any other network's deployment."""
        deployment.check_example()
        self.issuer, self.activity = issuer, activity
        self._gateway, self._deployment, self._key = gateway, deployment, key
        self._lock = threading.Lock()
        self._last = 0
        self._gifts = Gifts(memory)

    def give(self, name: str, account: bytes, quantity: int) -> int:
        """Mints one award of this month and returns its batch's number once it is mined.

        The same name again is the same award. Raises Rejected("request.command-differs") for other
        content under it, what the contract says no with, and what the gateway raises.
        """
        with self._lock:
            self._gateway.check_chain()
            gift = self._gifts.find(name)
            if gift is not None and (gift.account, gift.quantity) != (account, quantity):
                raise Rejected("request.command-differs", field="id")
            if gift is None or not (self._stands(gift) or self._got_there(gift)):
                gift = self._planned(name, account, quantity)
                self._mint(gift)
            return gift.number

    def _got_there(self, gift: Gift) -> bool:
        """Sends the same once more; whether it stands then, and no other took its number."""
        try:
            self._mint(gift)
        except Refused as error:
            if error.code != "mint.batch-number":
                raise
            return False
        return True

    def _planned(self, name: str, account: bytes, quantity: int) -> Gift:
        """Noted before it is sent."""
        number = self._last_batch() + 1
        month = month_of(self._gateway.timestamp_s(self._gateway.latest().number))
        word = award_word(account, self.activity, month, quantity)
        gift = Gift(name, account, quantity, number, word, secrets.token_bytes(32))
        self._gifts.note(gift)
        return gift

    def _mint(self, gift: Gift) -> None:
        where = (self._gateway, self._deployment, self._key, "PointsLedger", "mintBatch")
        try:
            send(*where, gift.number, [gift.word], [gift.key], _ROOT)
        except Refused as error:
            # What was sent before a process died may be on its way, and get there first.
            if error.code != "mint.batch-number" or not self._comes(gift):
                raise
        self._last = gift.number

    def _comes(self, gift: Gift) -> bool:
        """Whether it stands within a while."""
        until = time.monotonic() + COMES_S
        while not self._stands(gift):
            if time.monotonic() > until:
                return False
            time.sleep(_POLL_S)
        return True

    def _stands(self, gift: Gift) -> bool:
        """Whether the chain has that very batch."""
        return self._hash(gift.number) == data_hash([gift.word], [gift.key])

    def _last_batch(self) -> int:
        """The newest batch that the contract knows: up in doubling steps, then halved."""
        known, step = self._last if self._is_there(self._last) else 0, 1
        while self._is_there(known + step):
            known, step = known + step, step * 2
        while step > 1:
            step //= 2
            if self._is_there(known + step):
                known += step
        return known

    def _is_there(self, number: int) -> bool:
        return self._hash(number) != _NONE

    def _hash(self, number: int) -> bytes:
        """What the chain keeps of a batch."""
        ledger = abi("PointsLedger")
        data = ledger.call("batchHash", self.issuer, number)
        answer = self._gateway.call(self._deployment.contracts["PointsLedger"], data)
        return bytes(ledger.answer("batchHash", answer))


class Listener(BaseHTTPRequestHandler):
    """``GET /healthz`` says whose points these are; ``POST /awards`` gives some."""

    protocol_version = "HTTP/1.1"
    giver: Giver

    def do_GET(self) -> None:
        """What this is."""
        if self.path != "/healthz":
            return self._say(404, {})
        return self._say(200, {"issuer": self.giver.issuer, "activity": self.giver.activity})

    def do_POST(self) -> None:
        """One award. Only JSON is taken: no page of a browser can send it unasked."""
        length = self.headers.get("Content-Length", "")
        kind = self.headers.get_content_type()
        if self.path != "/awards" or kind != "application/json" or not length.isdecimal():
            self.close_connection = True
            return self._say(404, {})
        try:
            asked = _asked(self.rfile.read(min(int(length), LARGEST_BODY)))
            number = self.giver.give(*asked)
        except TongduiError as error:
            known = coded(error)
            values = {k: v for k, v in known.fields.items() if not isinstance(v, bytes)}
            return self._say(http_status(known), {"code": known.code, "values": values})
        return self._say(201, {"batch": number, "issuer": self.giver.issuer})

    def log_message(self, *_: object) -> None:
        """Says nothing of single requests."""

    def _say(self, status: int, content: dict[str, Any]) -> None:
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


def listener(giver: Giver, port: int = 0) -> ThreadingHTTPServer:
    """The server, bound and not yet serving; port 0 takes any free one."""
    handler = type("GiverListener", (Listener,), {"giver": giver})
    return ThreadingHTTPServer((HOST, port), handler)


def _asked(body: bytes) -> tuple[str, bytes, int]:
    """(name, account, quantity); Rejected("request.invalid") for anything else."""
    try:
        told = json.loads(body)
        name, quantity = str(told["id"]), told["quantity"]
        account = bytes.fromhex(told["account"])
    except (ValueError, KeyError, TypeError, AttributeError):
        raise Rejected("request.invalid", field="account", why="id, account and quantity") from None
    if len(account) != 20 or type(quantity) is not int or not 0 < quantity <= MOST_QUANTITY:
        raise Rejected("request.invalid", field="quantity", why=f"1 … {MOST_QUANTITY}")
    return name, account, quantity


def main(words: Sequence[str] | None = None) -> int:
    """Serves until told to end; 1 with the reason where it may not."""
    given = _parser().parse_args(words)
    try:
        deployment = read_deployment(given.deployment)
        gateway, key = deployment.gateway(given.node), read_key(given.key)
        memory = given.memory or given.key.with_suffix(".awards")
        giver = Giver(gateway, deployment, key, given.issuer, given.activity, memory)
        server = listener(giver, given.port)
    except Refused as error:
        told = explain(error)
        sys.stderr.write(f"{told.sentence}{told.fix}\n{error.code}\n")
        return 1
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with server:
        server.serve_forever()
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "issuers.sandbox.giver", description="Awards to test residents."
    )
    parser.add_argument("--node", required=True, help="a node's URL")
    parser.add_argument("--deployment", type=Path, required=True, help="the deployment file")
    parser.add_argument("--key", type=Path, required=True, help="the example issuer's key file")
    parser.add_argument("--issuer", type=int, required=True, help="its member number")
    parser.add_argument("--activity", type=int, required=True, help="what the deeds are")
    parser.add_argument("--port", type=int, required=True)
    words = "the file of what it was asked for; beside the key unless given"
    parser.add_argument("--memory", type=Path, help=words)
    return parser


if __name__ == "__main__":
    sys.exit(main())
