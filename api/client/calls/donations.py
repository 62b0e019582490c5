"""Operations on donations, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.donations import PreparedDonation, SignedGiftShape
from api.client.shapes.shared import OrderShape


class DonationsCalls(Connection):
    """Mixed into the client."""

    def donate(
        self,
        *,
        wallet: str,
        fund_account: str,
        units: int,
        signed: list[SignedGiftShape] | None = None,
        dry_run: bool | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> OrderShape:
        """捐赠
        Give points to the community fund; each part that is not refused is given. Roles:
        operator, resident.
        """
        return self._ask(
            OrderShape,
            "POST",
            "/v1/donations",
            headers={"Prefer": prefer},
            body={
                "wallet": wallet,
                "fund_account": fund_account,
                "units": units,
                "signed": signed,
                "dry_run": dry_run,
            },
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )

    def prepare_donation(
        self,
        *,
        wallet: str,
        fund_account: str,
        units: int,
        expires_in_s: int | None = None,
        idempotency_key: str | None = None,
    ) -> PreparedDonation:
        """准备捐赠的待签内容
        What the resident's own keys have to sign for a gift. Roles: operator, resident, worker.
        """
        return self._ask(
            PreparedDonation,
            "POST",
            "/v1/donations/prepare",
            body={
                "wallet": wallet,
                "fund_account": fund_account,
                "units": units,
                "expires_in_s": expires_in_s,
            },
            key=idempotency_key,
        )
