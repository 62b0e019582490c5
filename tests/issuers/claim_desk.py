"""An operator that keeps residents' claims in memory or in a file, and can be away or forgetful."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from issuers.directory import OpenClaim, Standing
from ledger.errors import Rejected, Unavailable

ASKED_S = 1_780_000_000


class FakeDesk:
    """``issuers.directory.ClaimDesk``, and what a test arranges."""

    def __init__(self, path: Path | None = None) -> None:
        self._path = path
        self.claims: dict[str, dict[str, Any]] = {}
        self.codes: dict[str, str] = {}
        """Accounts in hexadecimal, by the wallets' codes."""
        self.holders: set[str] = set()
        """Accounts that are in some wallet: nobody's may be taken over."""
        self.away = False
        self.loses_answer = False
        """Does what is asked, once, and then says nothing."""
        self.answers = 0
        if path is not None and path.exists():
            kept = json.loads(path.read_text("utf-8"))
            self.claims, self.holders = kept["claims"], set(kept["holders"])

    def ask(self, claim_id: str, kind: str, account: bytes, code: str | None = None) -> None:
        """A resident asks."""
        self.claims[claim_id] = {
            "kind": kind, "account": account.hex(), "code": code, "redeemed": False, "answer": None,
        }  # fmt: skip
        self._save()

    def open_claims(self) -> list[OpenClaim]:
        """As the protocol says."""
        self._reach()
        return [self._shown(name) for name, one in self.claims.items() if one["answer"] is None]

    def answer(self, claim_id: str, said: Mapping[str, Any]) -> Standing | None:
        """As the protocol says."""
        self._reach()
        claim = self.claims.get(claim_id)
        if claim is None:
            return None
        if claim["answer"] is None:
            stands = dict(said)
            if said["reason"] == "link.taken-over" and said["account"][2:] in self.holders:
                stands |= {"accepted": False, "reason": "link.other-account"}
            claim["answer"] = stands
            self.answers += 1
            self._save()
        if self.loses_answer:
            self.loses_answer = False
            raise Unavailable("operator.unavailable", why="ReadTimeout")
        return Standing(claim["answer"]["accepted"], claim["answer"]["reason"])

    def redeem(self, code: str, name: str) -> OpenClaim:
        """As the protocol says."""
        self._reach()
        if name not in self.claims:
            account = self.codes.pop(code, None)
            if account is None:
                raise Rejected("link.code-unknown", field="code")
            self.ask(name, "link", bytes.fromhex(account))
            self.claims[name]["redeemed"] = True
        if self.loses_answer:
            self.loses_answer = False
            raise Unavailable("operator.unavailable", why="ReadTimeout")
        return self._shown(name)

    def reason(self, claim_id: str) -> str | None:
        """Why it was answered so; None while it is open."""
        answer = self.claims[claim_id]["answer"]
        return None if answer is None else str(answer["reason"])

    def _shown(self, name: str) -> OpenClaim:
        one = self.claims[name]
        content = {
            "about": {"activity": 501, "day": "2026-05-10"}, "words": f"words of {name}",
            "due_s": ASKED_S + 15 * 86_400,
        }  # fmt: skip
        account = bytes.fromhex(one["account"])
        return OpenClaim(name, one["kind"], account, one["code"], one["redeemed"], content, ASKED_S)

    def _reach(self) -> None:
        if self.away:
            raise Unavailable("operator.unavailable", why="ConnectError")

    def _save(self) -> None:
        if self._path is not None:
            draft = self._path.with_suffix(".draft")
            kept = {"claims": self.claims, "holders": sorted(self.holders)}
            draft.write_text(json.dumps(kept), "utf-8")
            draft.replace(self._path)
