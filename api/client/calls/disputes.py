"""Operations on disputes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from api.client.connection import Connection
from api.client.shapes.disputes import DisputePage, DisputeShape


class DisputesCalls(Connection):
    """Mixed into the client."""

    def list_disputes(
        self,
        *,
        window: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[DisputeShape]:
        """争议列表
        Disputes in the order of proposal, of all windows or of one origin. Roles: acceptor,
        auditor, council, issuer, operator.
        """
        return self._pages(
            DisputePage,
            "disputes",
            "/v1/disputes",
            query={"window": window, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_dispute(self, dispute_id: str, *, if_none_match: str | None = None) -> DisputeShape:
        """查询争议
        One dispute, and where its reversal stands once it is accepted. Roles: acceptor,
        auditor, council, issuer, operator.
        """
        return self._ask(
            DisputeShape,
            "GET",
            self._path("/v1/disputes/{dispute_id}", {"dispute_id": dispute_id}),
            headers={"If-None-Match": if_none_match},
        )

    def note_reason(
        self,
        dispute_id: str,
        *,
        reason: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> DisputeShape:
        """登记理由原文
        Hand in the words of a reason; only those of its hash are kept. Roles: acceptor, issuer.
        """
        return self._ask(
            DisputeShape,
            "POST",
            self._path("/v1/disputes/{dispute_id}/reason", {"dispute_id": dispute_id}),
            body={"reason": reason, "dry_run": dry_run},
            key=idempotency_key,
        )
