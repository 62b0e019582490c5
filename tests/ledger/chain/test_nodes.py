"""Several nodes: one is used, another takes over, and whoever asked is told."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from ledger.chain.nodes import Nodes
from ledger.errors import Broken, OutcomeUnknown, Unavailable

OURS, OTHERS = 9_731, 1


class Node:
    """Answers every call with its own name, hears everything, and can be told to hang up."""

    def __init__(self, name: str, chain_id: int = OURS) -> None:
        self.heard: list[str] = []
        self.deaf = False
        node = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                method = json.loads(body)["method"]
                if node.deaf:
                    self.close_connection = True
                    return
                if method != "eth_chainId":
                    node.heard.append(method)
                result = hex(chain_id) if method == "eth_chainId" else name
                answer = json.dumps({"jsonrpc": "2.0", "id": 0, "result": result}).encode()
                self.send_response(200)
                self.send_header("Content-Length", str(len(answer)))
                self.end_headers()
                self.wfile.write(answer)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name
                """Silent."""

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self._thread.start()

    def close(self) -> None:
        """Listens no more."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    with ExitStack() as found:
        yield found


def node(stack: ExitStack, name: str, chain_id: int = OURS) -> Node:
    """A running one."""
    made = Node(name, chain_id)
    stack.callback(made.close)
    return made


def test_the_first_node_that_answers_is_used_and_stuck_to(stack: ExitStack) -> None:
    gone, first, second = Node("gone"), node(stack, "first"), node(stack, "second")
    gone.close()
    nodes = Nodes([gone.url, first.url, second.url], OURS)

    found = [nodes.call("eth_blockNumber") for _ in range(3)]

    assert found == ["first"] * 3
    assert (nodes.url, second.heard) == (first.url, [])


def test_another_takes_over_after_an_error_that_whoever_asked_is_told(stack: ExitStack) -> None:
    first, second = node(stack, "first"), node(stack, "second")
    nodes = Nodes([first.url, second.url], OURS)
    nodes.call("eth_blockNumber")
    first.deaf = True

    with pytest.raises(OutcomeUnknown, match=r"node\.no-answer"):
        nodes.send("eth_sendRawTransaction", "0x")
    found = nodes.send("eth_sendRawTransaction", "0x")

    assert (found, second.heard) == ("second", ["eth_sendRawTransaction"])


def test_once_both_are_away_either_may_come_back(stack: ExitStack) -> None:
    first, second = node(stack, "first"), node(stack, "second")
    nodes = Nodes([first.url, second.url], OURS)
    first.deaf = second.deaf = True
    for _ in range(2):
        with pytest.raises(Unavailable):
            nodes.call("eth_blockNumber")
    first.deaf = False
    answers = [nodes.call("eth_blockNumber")]
    first.deaf, second.deaf = True, False
    with pytest.raises(Unavailable):
        nodes.call("eth_blockNumber")
    answers.append(nodes.call("eth_blockNumber"))

    assert answers == ["first", "second"]


def test_a_node_of_another_network_is_never_used(stack: ExitStack) -> None:
    stranger, ours = node(stack, "stranger", OTHERS), node(stack, "ours")
    nodes = Nodes([stranger.url, ours.url], OURS)
    nodes.call("eth_blockNumber")
    ours.deaf = True

    for _ in range(2):
        with pytest.raises(Unavailable, match=r"node\.no-answer"):
            nodes.call("eth_blockNumber")
    ours.deaf = False

    assert nodes.call("eth_blockNumber") == "ours"
    assert stranger.heard == []


def test_where_every_node_is_of_another_network_it_says_so(stack: ExitStack) -> None:
    nodes = Nodes([node(stack, "a", OTHERS).url, node(stack, "b", OTHERS).url], OURS)

    with pytest.raises(Broken) as refusal:
        nodes.call("eth_blockNumber")

    assert refusal.value.code == "chain.other-chain"
    assert refusal.value.fields == {"expected": OURS, "found": OTHERS}
