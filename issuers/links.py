"""Which account belongs to a member of the scheme, on the resident's consent; kept off chain.

A member keeps one account for good: who links again gets the same, and where another is given that
is said. The file of links is CSV with a header: ``member_id,account`` and, if wanted, ``linked_at``
(seconds since 1970, or a time in any form that ``issuers.reading`` takes). It knows no chain.
"""

from __future__ import annotations

import csv
import hmac
import io
import json
from typing import NamedTuple

from issuers.eventkeys import EventKeys
from issuers.reading import RowFault, moment
from ledger.errors import Refused, Rejected
from ledger.store import agent_links, agent_notes
from ledger.store.agent_erasing import TOMB
from ledger.store.agent_links import Link
from ledger.store.engine import Connection

ACCOUNT_BYTES = 20
COLUMNS = ("member_id", "account")


class Wrong(NamedTuple):
    """A line that can't be taken: its number from 1, the header being the first, and why."""

    line: int
    code: str
    value: str


class Imported(NamedTuple):
    """What became of a file's lines."""

    linked: int
    relinked: int
    unchanged: int
    wrong: tuple[Wrong, ...]


class Tomb(NamedTuple):
    """That a member was erased: when, and from when on a new link may be made."""

    erased_s: int
    again_s: int


class Tombs:
    """Who was erased, by a keyed hash of the member id: nobody reads from it who that was.

    Kept because a file of links must not undo an erasure, and because a fresh account would begin
    the year's cap anew.
    """

    def __init__(self, keys: EventKeys) -> None:
        self._keys = keys

    def put(self, connection: Connection, member_id: str, tomb: Tomb) -> None:
        """Remembers an erasure."""
        agent_notes.put(connection, self._name(member_id), json.dumps(tomb._asdict()))

    def find(self, connection: Connection, member_id: str) -> Tomb | None:
        """The erasure of a member, if there was one."""
        text = agent_notes.get(connection, self._name(member_id))
        return None if text is None else Tomb(**json.loads(text))

    def check(self, connection: Connection, member_id: str, at_s: int) -> None:
        """Refused("link.erased") where it is too early for a new link."""
        tomb = self.find(connection, member_id)
        if tomb is not None and at_s < tomb.again_s:
            raise Refused("link.erased", again_s=tomb.again_s)

    def _name(self, member_id: str) -> str:
        """Within the 60 characters of a note's name."""
        key = self._keys.derive("erased members")
        return f"{TOMB}{hmac.digest(key, member_id.encode(), 'sha256').hex()[:48]}"


class _Line(NamedTuple):
    """A line of the file, and whether it says itself when the resident consented."""

    number: int
    link: Link
    dated: bool


def link(connection: Connection, member_id: str, account: bytes, at_s: int) -> bytes:
    """Links a member to its account.

    Refused("link.account-taken") where the account is another member's, and
    Refused("link.other-account") where the member has had another: it keeps that.
    """
    before = agent_links.of_members(connection, [member_id]).get(member_id)
    if before is None:
        if agent_links.of_account(connection, account) is not None:
            raise Refused("link.account-taken", account=account)
        agent_links.add(connection, [Link(member_id, account, at_s, None)])
        return account
    if before.account != account:
        raise Refused("link.other-account", account=before.account)
    if before.unlinked_at_s is not None:
        agent_links.revive(connection, member_id, at_s)
    return before.account


def unlink(connection: Connection, member_id: str, at_s: int) -> bool:
    """Ends a link; whether there was one. What comes from now on waits."""
    return agent_links.end(connection, member_id, at_s)


def import_links(
    connection: Connection, text: str, now_s: int, tombs: Tombs | None = None
) -> Imported:
    """Links from CSV. A wrong line is named and left out, the others are taken.

    A line without ``linked_at``, or with one that is not after the erasure, does not link who was
    erased. Rejected("link.columns") where the header is another.
    """
    lines = csv.DictReader(io.StringIO(text))
    if not set(COLUMNS) <= set(lines.fieldnames or ()):
        raise Rejected("link.columns", wanted=",".join(COLUMNS))
    given, wrong = _read(lines, now_s)
    known = agent_links.of_members(connection, given)
    taken = agent_links.members_of(connection, [one.link.account for one in given.values()])
    fresh, relinked, unchanged = list[Link](), 0, 0
    for member_id, one in given.items():
        why = _why_not(one, known.get(member_id), taken)
        if why is None and tombs is not None and _erased(connection, tombs, one):
            why = "link.erased"
        if why is not None:
            wrong.append(Wrong(one.number, why, member_id))
        elif member_id not in known:
            taken[one.link.account] = member_id
            fresh.append(one.link)
        elif known[member_id].unlinked_at_s is not None:
            agent_links.revive(connection, member_id, one.link.linked_at_s)
            relinked += 1
        else:
            unchanged += 1
    agent_links.add(connection, fresh)
    return Imported(len(fresh), relinked, unchanged, tuple(sorted(wrong)))


def _why_not(one: _Line, before: Link | None, taken: dict[bytes, str]) -> str | None:
    """Why a line can't be taken: one account a member, and one member an account."""
    if before is not None:
        return None if before.account == one.link.account else "link.other-account"
    owner = taken.get(one.link.account, one.link.member_id)
    return None if owner == one.link.member_id else "link.account-taken"


def _erased(connection: Connection, tombs: Tombs, one: _Line) -> bool:
    tomb = tombs.find(connection, one.link.member_id)
    if tomb is None:
        return False
    return not one.dated or one.link.linked_at_s < max(tomb.again_s, tomb.erased_s + 1)


def _read(lines: csv.DictReader[str], now_s: int) -> tuple[dict[str, _Line], list[Wrong]]:
    """Lines by member, the first of each; and the lines that can't be read."""
    given, wrong = dict[str, _Line](), list[Wrong]()
    for row in lines:
        member_id, shown = (row.get("member_id") or "").strip(), (row.get("account") or "").strip()
        try:
            account = bytes.fromhex(shown.removeprefix("0x"))
            dated_s = _time(row)
        except (ValueError, RowFault):
            account = b""
        if not member_id or len(account) != ACCOUNT_BYTES:
            wrong.append(Wrong(lines.line_num, "link.line", shown or member_id))
            continue
        at_s = now_s if dated_s is None else dated_s
        line = _Line(lines.line_num, Link(member_id, account, at_s, None), dated_s is not None)
        given.setdefault(member_id, line)
    return given, wrong


def _time(row: dict[str, str]) -> int | None:
    """When the resident consented; None where the line does not say."""
    told = (row.get("linked_at") or "").strip()
    if not told:
        return None
    if told.isdecimal() and len(told) > len("20260503"):
        return int(told)
    return int(moment({"linked_at": told}, "linked_at").timestamp())
