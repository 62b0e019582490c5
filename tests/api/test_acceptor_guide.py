"""The acceptors' guide is run as it stands: its curl, its Python and its request collection."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from api.access import Role
from api.openapi import operations
from scripts.client_code import the_document
from tests.api.sandboxes import sandbox_in
from tests.api.serving import City

GUIDE, COLLECTION = "docs/guides/acceptor.md", "docs/guides/acceptor-requests.json"
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_SETS = re.compile(r'pm\.collectionVariables\.set\("(\w+)", pm\.response\.json\(\)\.(\w+)\);')
_STATUS = re.compile(r"pm\.response\.to\.have\.status\((\d+)\)")


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[City]:
    """The provider's own sandbox."""
    with sandbox_in(tmp_path_factory.mktemp("acceptor")) as made:
        yield made


def blocks(root: Path, language: str) -> list[str]:
    """The guide's blocks of that language, from top to bottom."""
    found = _BLOCK.findall((root / GUIDE).read_text("utf-8"))
    return [text for name, text in found if name == language]


def ran(sandbox: City, root: Path, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """A command with the guide's two variables."""
    known = {
        "TONGDUI_URL": str(sandbox.http.base_url).rstrip("/"),
        "TONGDUI_KEY": sandbox.tokens[Role.ACCEPTOR],
        "PYTHONPATH": str(root),
        "PYTHONUTF8": "1",
        "no_proxy": "127.0.0.1",
    }
    return subprocess.run(
        words, cwd=folder, env=os.environ | known, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_curl_commands_go_from_an_order_to_its_refund(
    sandbox: City, root: Path, tmp_path: Path
) -> None:
    script = "set -e\n" + "\necho\nsleep 0.5\n".join(blocks(root, "sh"))

    done = ran(sandbox, root, tmp_path, "bash", "-c", script)

    assert done.returncode == 0, done.stdout + done.stderr
    answers = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    held, listed, captured, shown, refunded = answers
    assert held["state"] == "held"
    assert held["id"] in [one["id"] for one in listed["orders"]]
    assert {one["id"] for one in (captured, shown, refunded)} == {held["id"]}
    assert captured["captured"]["units"] == 1_500
    assert refunded["refunded"]["units"] == 500


@pytest.mark.slow
def test_the_python_goes_from_an_order_to_its_refund(
    sandbox: City, root: Path, tmp_path: Path
) -> None:
    (program,) = blocks(root, "python")

    done = ran(sandbox, root, tmp_path, sys.executable, "-c", program)

    assert done.returncode == 0, done.stderr
    held, captured, refunded, *listed, refusal = done.stdout.splitlines()
    assert captured.startswith("核销 captured 12.00 ")
    assert refunded == "退回 refunded 2.00"
    assert all(re.fullmatch(r"[0-9a-f-]{36} \d+\.\d\d", line) for line in listed)
    assert held.startswith("预留 held ")
    assert refusal.startswith("order.not-in-state ")


@pytest.mark.slow
def test_the_request_collection_goes_from_an_order_to_its_refund(sandbox: City, root: Path) -> None:
    collection = json.loads((root / COLLECTION).read_text("utf-8"))
    variables = {one["key"]: one["value"] for one in collection["variable"]}
    variables |= {"url": "", "key": sandbox.tokens[Role.ACCEPTOR]}
    states = []

    for item in collection["item"]:
        answer = sent(sandbox, item["request"], variables, collection["auth"])
        script = "\n".join(item["event"][0]["script"]["exec"])
        assert [str(answer.status_code)] == _STATUS.findall(script), answer.text
        for name, field in _SETS.findall(script):
            variables[name] = answer.json()[field]
        states.append(answer.json().get("state"))

    assert states == ["held", None, "captured", "captured", "captured", "held", "released"]


def sent(sandbox: City, request: Any, variables: dict[str, str], auth: Any) -> Any:
    """The answer to one request of the collection, with its variables filled in."""

    def filled(text: str) -> str:
        known = variables | {"$guid": str(uuid.uuid4())}
        return re.sub(r"{{([$\w]+)}}", lambda name: known[name[1]], text)

    headers = {one["key"]: filled(one["value"]) for one in request["header"]}
    headers["Authorization"] = f"Bearer {filled(auth['bearer'][0]['value'])}"
    content = filled(request.get("body", {}).get("raw", ""))
    return sandbox.http.request(
        request["method"], filled(request["url"]), headers=headers, content=content
    )


def test_the_collection_asks_only_for_what_the_document_has(root: Path) -> None:
    known = {(method.upper(), path) for path, method, _ in operations(the_document())}
    collection = json.loads((root / COLLECTION).read_text("utf-8"))

    for item in collection["item"]:
        path = item["request"]["url"].removeprefix("{{url}}").partition("?")[0]
        asked = (item["request"]["method"], path.replace("{{order}}", "{order_id}"))
        assert asked in known


def test_the_collection_holds_no_key(root: Path) -> None:
    text = (root / COLLECTION).read_text("utf-8")

    assert "tdk_" not in text
    assert '"key": "key",\n      "value": ""' in text
