"""Operations on acceptors, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from api.client.connection import Connection
from api.client.shapes.acceptors import (
    AcceptorList,
    ApplicationPage,
    ApplicationShape,
    ApplicationState,
    ApplicationStateShape,
    Contact,
    DocumentHash,
    RatingsShape,
)
from api.client.shapes.shared import Category, OfferPage, OfferShape, OfferState


class AcceptorsCalls(Connection):
    """Mixed into the client."""

    def apply_as_acceptor(
        self,
        *,
        organisation: str,
        contact: Contact,
        categories: list[Category],
        contract: str | None = None,
        documents: list[DocumentHash] | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> ApplicationStateShape:
        """申请成为承兑方 · An organisation applies; anybody may."""
        return self._ask(
            ApplicationStateShape,
            "POST",
            "/v1/acceptors/applications",
            body={
                "organisation": organisation,
                "contact": contact,
                "categories": categories,
                "contract": contract,
                "documents": documents,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def list_applications(
        self,
        *,
        state: ApplicationState | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[ApplicationShape]:
        """申请列表 · Applications, newest first. Roles: operator."""
        return self._pages(
            ApplicationPage,
            "applications",
            "/v1/acceptors/applications",
            query={"state": state, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_application(
        self, application_id: str, *, if_none_match: str | None = None
    ) -> ApplicationShape:
        """查询申请 · An application, with all that was said in it. Roles: operator."""
        return self._ask(
            ApplicationShape,
            "GET",
            self._path(
                "/v1/acceptors/applications/{application_id}", {"application_id": application_id}
            ),
            headers={"If-None-Match": if_none_match},
        )

    def get_application_state(
        self, application_id: str, *, if_none_match: str | None = None
    ) -> ApplicationStateShape:
        """申请进度 · How far an application is, for whoever has its id."""
        return self._ask(
            ApplicationStateShape,
            "GET",
            self._path(
                "/v1/acceptors/applications/{application_id}/state",
                {"application_id": application_id},
            ),
            headers={"If-None-Match": if_none_match},
        )

    def decide_application(
        self,
        application_id: str,
        *,
        accepted: bool,
        reason: str,
        code: str | None = None,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> ApplicationShape:
        """审核 · Agree to an application, or refuse it, with the reason. Roles: operator."""
        return self._ask(
            ApplicationShape,
            "POST",
            self._path(
                "/v1/acceptors/applications/{application_id}/decision",
                {"application_id": application_id},
            ),
            body={"accepted": accepted, "reason": reason, "code": code, "dry_run": dry_run},
            key=idempotency_key,
        )

    def list_acceptors(self, *, if_none_match: str | None = None) -> AcceptorList:
        """承兑方 · Who takes points, for what, and how residents rate them."""
        return self._ask(
            AcceptorList, "GET", "/v1/acceptors", headers={"If-None-Match": if_none_match}
        )

    def get_ratings(self, member: int, *, if_none_match: str | None = None) -> RatingsShape:
        """评价统计 · How an acceptor and its offers are rated, as counts that tell nobody."""
        return self._ask(
            RatingsShape,
            "GET",
            self._path("/v1/acceptors/{member}/ratings", {"member": member}),
            headers={"If-None-Match": if_none_match},
        )

    def list_offers(
        self,
        member: int,
        *,
        state: OfferState | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[OfferShape]:
        """某承兑方的兑换项目
        An acceptor's offers in every state, newest first. Roles: acceptor, operator, worker.
        """
        return self._pages(
            OfferPage,
            "offers",
            self._path("/v1/acceptors/{member}/offers", {"member": member}),
            query={"state": state, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )
