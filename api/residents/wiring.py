"""The use cases of residents over the operator's database, as the settings say."""

from __future__ import annotations

from collections.abc import Callable

from api.notices.wiring import terms_of
from api.settings import Settings
from ledger.reminders.reminding import KIND as REMINDER
from ledger.residents.messages import FileOutbox, Post
from ledger.residents.place import Place
from ledger.residents.rules import Terms
from ledger.residents.seals import Seals, read_secret
from ledger.residents.service import Residents
from ledger.store.engine import Engine
from ledger.units import DAY_S


def residents_over(engine: Engine, settings: Settings, clock: Callable[[], float]) -> Residents:
    """Raises Rejected("resident.secret") for a file of the secret that does not serve."""
    desks = settings.desks
    terms = Terms(
        session_s=desks.session_s,
        code_s=desks.code_s,
        order_units=desks.order_units,
        day_units=desks.day_units,
        heirs_s=desks.heirs_days * DAY_S,
        views_kept_s=desks.views_kept_days * DAY_S,
    )
    seals = Seals(read_secret(settings.desk_secret_file))
    night = terms_of(settings.reminders)

    def resting() -> tuple[str, ...]:
        return (REMINDER,) if night.is_quiet(int(clock())) else ()

    post = Post(engine, clock, FileOutbox(settings.data / "messages"), resting)
    return Residents(Place(engine, clock, seals, terms, post))
