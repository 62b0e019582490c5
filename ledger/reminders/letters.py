"""All use cases of reminders and monthly statements, as the HTTP interface is handed them."""

from __future__ import annotations

from typing import NamedTuple

from ledger.monthly.compiling import Monthly
from ledger.redeeming.workplace import Workplace
from ledger.reminders.choices import Choices
from ledger.reminders.mailing import Mailings
from ledger.reminders.reminding import Reminding
from ledger.reminders.told import Reminder, read_reminder


class Letters(NamedTuple):
    """One operator's. Each part may be called from any thread, ``reminding`` from one."""

    work: Workplace
    choices: Choices
    monthly: Monthly
    mailings: Mailings
    reminding: Reminding

    def tend(self, now_s: int) -> None:
        """What a process does now and then: tells whoever is to be told, drops old lists."""
        self.reminding.remind()
        self.mailings.forget(now_s)

    def reminder(self, name: str) -> Reminder:
        """Rejected("reminder.unknown")."""
        return read_reminder(self.work, name)
