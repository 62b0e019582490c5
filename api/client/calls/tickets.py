"""Operations on tickets, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.tickets import TicketShape


class TicketsCalls(Connection):
    """Mixed into the client."""

    def take_ticket(
        self,
        *,
        wallet: str,
        offer: str,
        slot: int,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> TicketShape:
        """取号：时段已满时排队
        Wait for a place in a slot that is full. Roles: operator, resident, worker.
        """
        return self._ask(
            TicketShape,
            "POST",
            "/v1/tickets",
            body={"wallet": wallet, "offer": offer, "slot": slot, "dry_run": dry_run},
            key=idempotency_key,
        )

    def get_ticket(self, ticket_id: str, *, if_none_match: str | None = None) -> TicketShape:
        """查询排队号
        Whether it is called, and how many wait before. Roles: operator, resident, worker.
        """
        return self._ask(
            TicketShape,
            "GET",
            self._path("/v1/tickets/{ticket_id}", {"ticket_id": ticket_id}),
            headers={"If-None-Match": if_none_match},
        )

    def leave_queue(
        self, ticket_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> TicketShape:
        """退号 · Give a ticket back; the next one moves up. Roles: operator, resident, worker."""
        return self._ask(
            TicketShape,
            "POST",
            self._path("/v1/tickets/{ticket_id}/leave", {"ticket_id": ticket_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )
