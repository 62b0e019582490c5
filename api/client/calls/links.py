"""Operations on links, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from typing import Literal

from api.client.connection import Connection
from api.client.shapes.links import ConsentShape
from api.client.shapes.shared import LinkShape


class LinksCalls(Connection):
    """Mixed into the client."""

    def make_link(
        self,
        *,
        wallet: str,
        scheme: int,
        consent: Literal[True],
        consent_version: int,
        code: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> LinkShape:
        """绑定
        Link by the issuer's code; the issuer's agent looks at it and answers. Roles: operator,
        resident, worker.
        """
        return self._ask(
            LinkShape,
            "POST",
            "/v1/links",
            body={
                "wallet": wallet,
                "scheme": scheme,
                "consent": consent,
                "consent_version": consent_version,
                "code": code,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def get_consent(self, *, if_none_match: str | None = None) -> ConsentShape:
        """同意书现行文本 · What the resident agrees to, as it reads now."""
        return self._ask(
            ConsentShape, "GET", "/v1/links/consent", headers={"If-None-Match": if_none_match}
        )

    def get_link(self, link_id: str, *, if_none_match: str | None = None) -> LinkShape:
        """查询绑定结果
        A link that was asked for, and the answer. Roles: operator, resident, worker.
        """
        return self._ask(
            LinkShape,
            "GET",
            self._path("/v1/links/{link_id}", {"link_id": link_id}),
            headers={"If-None-Match": if_none_match},
        )
