"""Claims of residents on their way to an issuer, and one-time codes that a wallet makes.

The operator carries words and answers and decides nothing but one thing: an earlier account of the
resident's, which is in no wallet any more, comes into the wallet that asked, so that linking again
leads to the same account. Member ids never come here; wallets are never told to issuers.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from ledger.claims import REASONS, Kind
from ledger.errors import Refused, Rejected
from ledger.onetime import make_code, read_code
from ledger.redeeming.heralding import tell_of_claim
from ledger.redeeming.seeing import indexed
from ledger.redeeming.wallets import read_wallet
from ledger.redeeming.workplace import Look, Workplace, check_id, content_of, require_same
from ledger.store import index_points as points
from ledger.store import operator_claims as rows
from ledger.store import operator_orders as orders
from ledger.store.index_query import Page as ChainPage
from ledger.store.operator_claims import Chosen, ClaimRow, CodeRow
from ledger.units import DAY_S

CODE_LIFE_S = 600
"""How long a wallet's code is good, by this machine's clock."""
_TAKES_OVER, _ELSEWHERE = "link.taken-over", "link.other-account"


class Consent(NamedTuple):
    """Which wording the resident agreed to; when is noted with it."""

    version: int


class Said(NamedTuple):
    """An issuer's answer. ``account``: the resident's earlier one, where a link leads to it."""

    accepted: bool
    reason: str
    words: str = ""
    account: bytes | None = None


class Claim(NamedTuple):
    """A claim as it stands; ``answer`` None while it is open."""

    id: str
    wallet: str
    scheme: int
    account: bytes
    kind: Kind
    content: Mapping[str, Any]
    code: str | None
    asked_s: int
    due_s: int
    answer: Mapping[str, Any] | None


class Claiming:
    """Use cases of claims at one workplace. Safe to call from any thread."""

    def __init__(
        self, work: Workplace, clock: Callable[[], float], secret: bytes, due_days: int
    ) -> None:
        """``secret`` keys the codes: made at each start, so a restart voids those that are out."""
        self._work = work
        self._clock = clock
        self._secret = secret
        self._due_s = due_days * DAY_S

    # The resident's side

    def ask(
        self, claim_id: str, wallet: str, scheme: int, kind: Kind, content: Mapping[str, Any]
    ) -> Claim:
        """Records a claim; the same again for the same id and content.

        Raises Rejected: wallet.unknown, order.id-length, order.id-reused; Refused:
        wallet.no-account-in.
        """
        return self._ask(claim_id, wallet, scheme, kind, dict(content))

    def link(self, claim_id: str, wallet: str, scheme: int, typed: str, consent: Consent) -> Claim:
        """Records what a resident typed: the agent looks at it. Raises as ``ask``, and
        Rejected("link.code-mistyped")."""
        asked = {"consent": {"version": consent.version}}
        return self._ask(claim_id, wallet, scheme, Kind.LINK, asked, read_code(typed))

    def make_code(
        self, command_id: str, wallet: str, scheme: int, consent: Consent
    ) -> tuple[str, int]:
        """(code, when it ends); the same for the same command while it is good, and nowhere stored.
        A wallet's earlier code for the scheme is void.

        Raises as ``ask``, and Refused: link.code-used, link.code-over, where that is what became of
        the command's code.
        """
        code = make_code(hmac.digest(self._secret, command_id.encode(), "sha256"))
        now_s = int(self._clock())
        with self._work.change() as at:
            before = rows.code_of(at.operator, command_id)
            if before is not None:  # the same command again: its time goes on running
                self._require_good(before, code, now_s)
                return code, before.expires_s
            account = _account(at, wallet, scheme)
            agreed = {"version": consent.version, "at_s": indexed(at.projection).time_s}
            row = (self._digest(code), wallet, scheme, account, json.dumps(agreed))
            made = CodeRow(*row, now_s + CODE_LIFE_S, command_id)
            rows.put_code(at.operator, made, now_s)
        return code, now_s + CODE_LIFE_S

    # The issuer's side

    def redeem(self, command_id: str, scheme: int, typed: str) -> Claim:
        """A link that a wallet's code asks of this scheme's issuer, open until it is answered.

        Raises Rejected: link.code-mistyped, link.code-unknown, order.id-reused.
        """
        code = read_code(typed)
        with self._work.change() as at:
            before = rows.find(at.operator, command_id)
            if before is not None:
                require_same(command_id, before.fingerprint, content_of("redeem", scheme, code))
                return _claim(before)
            digest, now_s = self._digest(code), int(self._clock())
            found = rows.take_code(at.operator, digest, scheme, now_s, command_id)
            if found is None:
                raise Rejected("link.code-unknown", field="code")
            asked = {"consent": json.loads(found.consent), "redeemed": True}
            print_ = content_of("redeem", scheme, code)
            self._add(at, command_id, print_, (found.wallet, scheme, found.account), asked)
            return self._read(at, command_id)

    def answer(self, claim_id: str, said: Said) -> Claim:
        """The claim with its answer; the same again for the same one.

        Raises Rejected: claim.unknown, claim.reason; Refused("claim.answered") for another answer.
        """
        sent = content_of(*said).hex()
        with self._work.change() as at:
            row = rows.find(at.operator, claim_id)
            if row is None:
                raise Rejected("claim.unknown", id=claim_id)
            if row.answer is not None:
                if json.loads(row.answer)["sent"] != sent:
                    raise Refused("claim.answered", id=claim_id)
                return _claim(row)
            reason = REASONS.get(said.reason)
            if reason is None or row.kind not in reason.kinds or reason.accepted != said.accepted:
                raise Rejected("claim.reason", field="reason", reason=said.reason)
            stands = self._settled(at, row, said)
            accepted, at_s = REASONS[stands].accepted, indexed(at.projection).time_s
            answered = {
                "accepted": accepted, "reason": stands, "words": said.words, "at_s": at_s,
                "sent": sent,
            }  # fmt: skip
            rows.answer(at.operator, claim_id, json.dumps(answered, ensure_ascii=False))
            tell_of_claim(at.operator, row, at_s, accepted)
            return self._read(at, claim_id)

    # Both

    def read(self, claim_id: str) -> Claim:
        """Rejected("claim.unknown")."""
        with self._work.look() as at:
            return self._read(at, claim_id)

    def page(self, chosen: Chosen, after: int, most: int) -> tuple[Sequence[Claim], int | None]:
        """Claims in the order of asking, behind a number; and the number of the next page."""
        with self._work.look() as at:
            found = rows.page(at.operator, chosen, after, most)
        following = found[-1].seq if len(found) == most else None
        return [_claim(row) for row in found], following

    def _ask(
        self,
        claim_id: str,
        wallet: str,
        scheme: int,
        kind: Kind,
        content: dict[str, Any],
        code: str | None = None,
    ) -> Claim:
        check_id(claim_id)
        fingerprint = content_of(wallet, scheme, kind, content, code)
        with self._work.change() as at:
            before = rows.find(at.operator, claim_id)
            if before is not None:
                require_same(claim_id, before.fingerprint, fingerprint)
                return _claim(before)
            if "consent" in content:
                content["consent"] |= {"at_s": indexed(at.projection).time_s}
            who = (wallet, scheme, _account(at, wallet, scheme))
            self._add(at, claim_id, fingerprint, who, content, kind, code)
            return self._read(at, claim_id)

    def _add(
        self,
        at: Look,
        claim_id: str,
        fingerprint: bytes,
        who: tuple[str, int, bytes],
        content: Mapping[str, Any],
        kind: Kind = Kind.LINK,
        code: str | None = None,
    ) -> None:
        asked_s = indexed(at.projection).time_s
        told = json.dumps(content, ensure_ascii=False)
        times = (asked_s, asked_s + self._due_s)
        row = ClaimRow(0, claim_id, fingerprint, *who, kind, told, code, *times, None)
        rows.add(at.operator, row)
        tell_of_claim(at.operator, row, asked_s, None)

    def _read(self, at: Look, claim_id: str) -> Claim:
        row = rows.find(at.operator, claim_id)
        if row is None:
            raise Rejected("claim.unknown", id=claim_id)
        return _claim(row)

    def _settled(self, at: Look, row: ClaimRow, said: Said) -> str:
        """The reason that stands: an earlier account comes into the wallet, or can't."""
        if said.reason != _TAKES_OVER:
            return said.reason
        if said.account is None:
            raise Rejected("claim.reason", field="account", reason=said.reason)
        if not self._may_take_over(at, row, said.account):
            return _ELSEWHERE
        rows.take_over(at.operator, row.wallet, row.scheme, row.account, said.account)
        return said.reason

    def _may_take_over(self, at: Look, row: ClaimRow, earlier: bytes) -> bool:
        """Whether the earlier account is nobody's, no key speaks for it, and the one that the
        wallet has instead was never used."""
        desk = self._work.deployment.desk
        untied = rows.holder(at.operator, earlier) is None
        silent = points.account_key(at.projection, desk, earlier) is None
        kept = rows.holder(at.operator, row.account) == row.wallet
        used = orders.asked_of(at.operator, [row.account]) or points.movements_of(
            at.projection, [row.account], ChainPage(1)
        )
        return untied and silent and kept and not used

    def _require_good(self, made: CodeRow, code: str, now_s: int) -> None:
        """What became of a code: one of before a restart is void, as this process can't show it."""
        if made.used_s is not None:
            raise Refused("link.code-used", used_s=made.used_s, claim=made.claim)
        if made.expires_s <= now_s or made.digest != self._digest(code):
            raise Refused("link.code-over", expires_s=min(made.expires_s, now_s))

    def _digest(self, code: str) -> bytes:
        return hmac.digest(self._secret, b"\0" + code.encode(), "sha256")


def _account(at: Look, wallet: str, scheme: int) -> bytes:
    """The wallet's account in that scheme."""
    for one in read_wallet(at, wallet).accounts:
        if one.issuer == scheme:
            return one.account
    raise Refused("wallet.no-account-in", id=wallet, issuer=scheme)


def _claim(row: ClaimRow) -> Claim:
    answer = None if row.answer is None else json.loads(row.answer)
    return Claim(
        row.id, row.wallet, row.scheme, row.account, Kind(row.kind), json.loads(row.content),
        row.code, row.asked_s, row.due_s, answer,
    )  # fmt: skip
