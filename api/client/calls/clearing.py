"""Operations on clearing, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.clearing import Action, ClearingPreparedShape, SentShape


class ClearingCalls(Connection):
    """Mixed into the client."""

    def prepare_clearing(
        self,
        *,
        action: Action,
        window: int | None = None,
        place: int | None = None,
        debtor: int | None = None,
        creditor: int | None = None,
        units: int | None = None,
        reason: str | None = None,
        dispute: str | None = None,
        idempotency_key: str | None = None,
    ) -> ClearingPreparedShape:
        """准备本单位的清算操作
        Prepare a call for the member's key; refused as the chain would. Roles: acceptor,
        issuer.
        """
        return self._ask(
            ClearingPreparedShape,
            "POST",
            "/v1/clearing/prepare",
            body={
                "action": action,
                "window": window,
                "place": place,
                "debtor": debtor,
                "creditor": creditor,
                "units": units,
                "reason": reason,
                "dispute": dispute,
            },
            key=idempotency_key,
        )

    def send_clearing(
        self,
        *,
        raw: str,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> SentShape:
        """转发本单位签名的交易
        Send on what the member's key signed; the same bytes act once. Roles: acceptor, issuer.
        """
        return self._ask(
            SentShape,
            "POST",
            "/v1/clearing/transactions",
            headers={"Prefer": prefer},
            body={"raw": raw, "dry_run": dry_run},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )
