"""Operations on claims, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from api.client.connection import Connection
from api.client.shapes.claims import About, Asked, ClaimPage, ClaimShape, Shown


class ClaimsCalls(Connection):
    """Mixed into the client."""

    def make_claim(
        self,
        *,
        wallet: str,
        scheme: int,
        kind: Asked,
        dry_run: bool | None = None,
        about: About | None = None,
        words: str | None = None,
        idempotency_key: str | None = None,
    ) -> ClaimShape:
        """提出申请
        Ask an issuer to correct an award, to add one, or to end the link. Roles: operator,
        resident, worker.
        """
        return self._ask(
            ClaimShape,
            "POST",
            "/v1/claims",
            body={
                "wallet": wallet,
                "scheme": scheme,
                "kind": kind,
                "dry_run": dry_run,
                "about": about,
                "words": words,
            },
            key=idempotency_key,
        )

    def list_claims(
        self,
        *,
        wallet: str | None = None,
        scheme: int | None = None,
        state: Shown | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[ClaimShape]:
        """申请列表：发行方只见本计划的
        Claims in the order of asking; an issuer sees its own. Roles: issuer, operator,
        resident, worker.
        """
        return self._pages(
            ClaimPage,
            "claims",
            "/v1/claims",
            query={
                "wallet": wallet,
                "scheme": scheme,
                "state": state,
                "limit": limit,
                "cursor": cursor,
            },
            headers={"If-None-Match": if_none_match},
        )

    def get_claim(self, claim_id: str, *, if_none_match: str | None = None) -> ClaimShape:
        """查询申请与答复
        A claim, and its answer once there is one. Roles: issuer, operator, resident, worker.
        """
        return self._ask(
            ClaimShape,
            "GET",
            self._path("/v1/claims/{claim_id}", {"claim_id": claim_id}),
            headers={"If-None-Match": if_none_match},
        )

    def answer_claim(
        self,
        claim_id: str,
        *,
        accepted: bool,
        reason: str,
        dry_run: bool | None = None,
        words: str | None = None,
        account: str | None = None,
        idempotency_key: str | None = None,
    ) -> ClaimShape:
        """答复申请 · The issuer's answer; the same one again is the same effect. Roles: issuer."""
        return self._ask(
            ClaimShape,
            "POST",
            self._path("/v1/claims/{claim_id}/answer", {"claim_id": claim_id}),
            body={
                "accepted": accepted,
                "reason": reason,
                "dry_run": dry_run,
                "words": words,
                "account": account,
            },
            key=idempotency_key,
        )
