"""Operations on quotes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from datetime import datetime

from api.client.connection import Connection
from api.client.shapes.shared import QuoteShape


class QuotesCalls(Connection):
    """Mixed into the client."""

    def quote(
        self,
        *,
        wallet: str,
        acceptor: int | None = None,
        units: int | None = None,
        offer: str | None = None,
        number: int | None = None,
        slot: int | None = None,
        deadline: datetime | None = None,
        idempotency_key: str | None = None,
    ) -> QuoteShape:
        """试算
        What an order would take and who would owe for it. Roles: delegate, operator, resident,
        worker.
        """
        return self._ask(
            QuoteShape,
            "POST",
            "/v1/quotes",
            body={
                "wallet": wallet,
                "acceptor": acceptor,
                "units": units,
                "offer": offer,
                "number": number,
                "slot": slot,
                "deadline": deadline,
            },
            key=idempotency_key,
        )
