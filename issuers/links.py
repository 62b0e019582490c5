"""Which account belongs to a member of the scheme, on the resident's consent; kept off chain.

A member keeps one account for good: who links again gets the same. The file of links is CSV with a
header: ``member_id,account`` and, if wanted, ``linked_at`` (seconds since 1970, or a time in any
form that ``issuers.reading`` takes). It knows no chain.
"""

from __future__ import annotations

import csv
import io
from typing import NamedTuple

from issuers.reading import RowFault, moment
from ledger.errors import Refused, Rejected
from ledger.store import agent_inbox, agent_links
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


def link(connection: Connection, member_id: str, account: bytes, at_s: int) -> bytes:
    """Links a member; the account in force: the one it had before, if it ever had one.

    Refused("link.account-taken") where the account is another member's.
    """
    before = agent_links.of_members(connection, [member_id]).get(member_id)
    if before is None:
        if agent_links.of_account(connection, account) is not None:
            raise Refused("link.account-taken", account=account)
        agent_links.add(connection, [Link(member_id, account, at_s, None)])
        return account
    if before.unlinked_at_s is not None:
        agent_links.revive(connection, member_id, at_s)
    return before.account


def unlink(connection: Connection, member_id: str, at_s: int) -> bool:
    """Ends a link; whether there was one. What comes from now on waits."""
    return agent_links.end(connection, member_id, at_s)


def erase(connection: Connection, member_id: str) -> int:
    """Nothing here tells any more who the account's resident was: link, records, salts are gone.

    Returns how many of the member's rows are still under way: call again once they have ended.
    What the issuer must keep by law stays in its own system, not here.
    """
    agent_links.forget(connection, member_id)
    return agent_inbox.forget_member(connection, member_id)


def import_links(connection: Connection, text: str, now_s: int) -> Imported:
    """Links from CSV. A wrong line is named and left out, the others are taken.

    Rejected("link.columns") where the header is another.
    """
    lines = csv.DictReader(io.StringIO(text))
    if not set(COLUMNS) <= set(lines.fieldnames or ()):
        raise Rejected("link.columns", wanted=",".join(COLUMNS))
    given, wrong = _read(lines, now_s)
    known = agent_links.of_members(connection, given)
    taken = agent_links.members_of(connection, [one.account for one in given.values()])
    fresh, relinked, unchanged = list[Link](), 0, 0
    for member_id, one in given.items():
        before = known.get(member_id)
        if before is None and taken.setdefault(one.account, member_id) != member_id:
            wrong.append(Wrong(0, "link.account-taken", member_id))
        elif before is None:
            fresh.append(one)
        elif before.unlinked_at_s is not None:
            agent_links.revive(connection, member_id, one.linked_at_s)
            relinked += 1
        else:
            unchanged += 1
    agent_links.add(connection, fresh)
    return Imported(len(fresh), relinked, unchanged, tuple(wrong))


def _read(lines: csv.DictReader[str], now_s: int) -> tuple[dict[str, Link], list[Wrong]]:
    """Links by member, the first of each; and the lines that say something else."""
    given, wrong = dict[str, Link](), list[Wrong]()
    for row in lines:
        member_id, shown = (row.get("member_id") or "").strip(), (row.get("account") or "").strip()
        try:
            account = bytes.fromhex(shown.removeprefix("0x"))
            at_s = _time(row, now_s)
        except (ValueError, RowFault):
            account = b""
        if not member_id or len(account) != ACCOUNT_BYTES:
            wrong.append(Wrong(lines.line_num, "link.line", shown or member_id))
            continue
        given.setdefault(member_id, Link(member_id, account, at_s, None))
    return given, wrong


def _time(row: dict[str, str], now_s: int) -> int:
    told = (row.get("linked_at") or "").strip()
    if not told:
        return now_s
    if told.isdecimal() and len(told) > len("20260503"):
        return int(told)
    return int(moment({"linked_at": told}, "linked_at").timestamp())
