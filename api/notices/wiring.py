"""Reminders and monthly statements over one workplace, as the settings say."""

from __future__ import annotations

from collections.abc import Callable

from api.directory import Directory
from api.settings import Reminders, Settings
from ledger.monthly.compiling import Monthly
from ledger.offers.market import Market
from ledger.redeeming.workplace import Workplace
from ledger.refusals import Lang
from ledger.reminders.choices import Choices
from ledger.reminders.letters import Letters
from ledger.reminders.mailing import Mailings
from ledger.reminders.reminding import Reminding
from ledger.reminders.terms import Terms
from ledger.residents.messages import Post
from ledger.units import DAY_S


def terms_of(set_to: Reminders) -> Terms:
    """As the use cases take them."""
    return Terms(
        steps_days=tuple(set_to.steps_days),
        least_units=set_to.least_units,
        quiet_from_hour=set_to.quiet_from_hour,
        quiet_until_hour=set_to.quiet_until_hour,
        offers=set_to.offers,
    )


def letters_over(
    work: Workplace,
    market: Market,
    post: Post,
    directory: Directory,
    settings: Settings,
    clock: Callable[[], float],
) -> Letters:
    """``clock``: seconds since 1970 of this machine."""
    set_to, monthly = settings.reminders, Monthly(work)

    def named(member: int, lang: Lang) -> str:
        return directory.name(member, lang) or str(member)

    kept_s = set_to.mailings_kept_days * DAY_S
    mailings = Mailings(work, monthly, set_to.sms_characters, kept_s)
    terms = terms_of(set_to)
    reminding = Reminding(work, post, market.offering, terms, named, clock)
    return Letters(work, Choices(work), monthly, mailings, reminding)
