"""Operations on linkcodes, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from typing import Literal

from api.client.connection import Connection
from api.client.shapes.link_codes import CodeShape, Redeemed


class LinkCodesCalls(Connection):
    """Mixed into the client."""

    def make_link_code(
        self,
        *,
        wallet: str,
        scheme: int,
        consent: Literal[True],
        consent_version: int,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> CodeShape:
        """生成绑定码
        A one-time code for the wallet's account in a scheme, good for ten minutes. Roles:
        operator, resident, worker.
        """
        return self._ask(
            CodeShape,
            "POST",
            "/v1/link-codes",
            body={
                "wallet": wallet,
                "scheme": scheme,
                "consent": consent,
                "consent_version": consent_version,
                "dry_run": dry_run,
            },
            key=idempotency_key,
        )

    def redeem_link_code(
        self, *, code: str, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> Redeemed:
        """兑换绑定码：发行方限本计划
        For an issuer's agent: the account of a member's code. Roles: issuer.
        """
        return self._ask(
            Redeemed,
            "POST",
            "/v1/link-codes/redeem",
            body={"code": code, "dry_run": dry_run},
            key=idempotency_key,
        )
