"""What tells clients of events, wired: the list's database, webhooks, their courier, streams."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from api.events.streams import Streams
from api.hooks.audience import reader_of
from api.hooks.delivering import DUTY, Delivering
from api.hooks.sending import Sender
from api.settings import Settings
from ledger.chain.keyfile import read_key
from ledger.faults import Faults
from ledger.hooks.courier import Courier
from ledger.hooks.keeping import Webhooks
from ledger.hooks.resealing import reseal
from ledger.hooks.vault import Vault
from ledger.store.engine import Engine
from ledger.store.seats import Seats
from ledger.units import DAY_S


@dataclass(frozen=True)
class Heralds:
    """Shared by all requests; safe to use from any thread, the streams on the event loop."""

    engine: Engine
    webhooks: Webhooks
    sender: Callable[[], Sender]
    """One for the event loop at hand."""
    streams: Streams
    deliver: Callable[[threading.Event], None]
    """Sends webhooks until told to end: for a thread beside the requests."""


def heralds_over(
    engine: Engine,
    settings: Settings,
    seats: Seats,
    clock: Callable[[], float],
    faults: Faults | None = None,
) -> Heralds:
    """Over the operator's database, whose webhooks' secrets it brings under the present key.
    ``clock`` gives seconds since 1970."""
    plain, vault = settings.webhook_plain_http, vault_of(settings)
    sender = partial(
        Sender,
        private=settings.webhook_private_addresses,
        plain=plain,
        authorities=settings.webhook_authorities,
    )
    courier = Courier(
        seats.engine(DUTY),
        clock,
        reader_of,
        random.SystemRandom().random,
        vault,
        give_up_s=settings.webhook_give_up_days * DAY_S,
        keep_s=settings.events_kept_days * DAY_S,
        faults=faults,
    )
    take = partial(seats.take, DUTY)
    reseal(engine, vault, faults)
    delivering = Delivering(courier, sender, clock, tick_s=settings.webhook_tick_s, take=take)
    webhooks = Webhooks(engine, clock, vault, plain=plain, faults=faults)
    return Heralds(engine, webhooks, sender, Streams(engine), delivering.run)


def vault_of(settings: Settings) -> Vault:
    """Under the operator's key; those before it, and its further ones, open what they sealed."""
    files = (settings.operator_key, *settings.operator_keys, *settings.former_operator_keys)
    return Vault([read_key(file).to_bytes() for file in files])
