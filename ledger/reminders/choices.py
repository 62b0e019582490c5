"""What a resident wants to be told, and where. Statements are sent to nobody who did not ask."""

from __future__ import annotations

import enum
from typing import NamedTuple

from ledger.errors import Rejected
from ledger.offers.trying import changing
from ledger.redeeming.wallets import read_wallet
from ledger.redeeming.workplace import Workplace
from ledger.refusals import Lang
from ledger.store import reminders_rows as rows
from ledger.store import residents_people as people
from ledger.store.engine import Connection
from ledger.store.reminders_rows import NoticeRow


class Reminders(enum.StrEnum):
    """How a resident hears that points are about to expire."""

    OFF = "off"
    LIST = "list"
    """Only among the wallet's messages."""
    CONTACT = "contact"
    """There, and sent to the contact that was given at the desk."""


class Way(enum.StrEnum):
    """How a monthly statement goes out."""

    PAPER = "paper"
    SMS = "sms"


class Statements(enum.StrEnum):
    """Whether a resident gets monthly statements unasked. They can be read at any time."""

    OFF = "off"
    PAPER = "paper"
    SMS = "sms"


class Choice(NamedTuple):
    """What a resident chose."""

    reminders: Reminders = Reminders.CONTACT
    statements: Statements = Statements.OFF
    lang: Lang = "zh"
    address: str | None = None
    """Where statements go, as it stands on an envelope, or a number; None: to the contact."""


USUAL = Choice()
"""Of residents who chose nothing."""


class Chosen(NamedTuple):
    """A choice as it stands."""

    choice: Choice
    chosen_s: int | None
    """None where it is the usual one."""
    reaches: bool
    """Whether statements have somewhere to go."""


class Choices:
    """Use cases of choices at one workplace. Safe to use from any thread."""

    def __init__(self, work: Workplace) -> None:
        self._work = work

    def read(self, wallet: str) -> Chosen:
        """Rejected("wallet.unknown")."""
        with self._work.look() as at:
            read_wallet(at, wallet)
            return _read(at.operator, wallet)

    def choose(
        self, wallet: str, choice: Choice, by: str, now_s: int, *, dry_run: bool = False
    ) -> Chosen:
        """Replaces what was chosen before.

        Raises Rejected: wallet.unknown, notice.no-address for SMS to nowhere.
        """
        with changing(self._work, dry_run) as at:
            read_wallet(at, wallet)
            row = NoticeRow(wallet, *choice, by, now_s)
            rows.put_notice(at.operator, row)
            made = _read(at.operator, wallet)
            if choice.statements is Statements.SMS and not made.reaches:
                raise Rejected("notice.no-address", field="address")
            return made


def _read(connection: Connection, wallet: str) -> Chosen:
    row = rows.notice(connection, wallet)
    opening = people.opening(connection, wallet)
    contact = None if opening is None else opening.contact
    if row is None:
        return Chosen(USUAL, None, contact is not None)
    lang: Lang = "en" if row.lang == "en" else "zh"
    choice = Choice(Reminders(row.reminders), Statements(row.statements), lang, row.address)
    return Chosen(choice, row.chosen_s, (row.address or contact) is not None)
