"""Operations on desk, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from typing import Literal

from api.client.answers import Download
from api.client.connection import Connection
from api.client.shapes.desk import (
    CodeSent,
    DeathShape,
    DeskForm,
    DeskSessionShape,
    GuardianHere,
    LinkHere,
    OpenedAtDesk,
    ResetShape,
    SessionEnded,
)
from api.client.shapes.shared import CardShape, Handed


class DeskCalls(Connection):
    """Mixed into the client."""

    def open_at_desk(
        self,
        *,
        issuers: list[int],
        identity_shown: Literal[True],
        consent: Literal[True],
        consent_version: int,
        dry_run: bool | None = None,
        links: list[LinkHere] | None = None,
        guardian: GuardianHere | None = None,
        contact: str | None = None,
        idempotency_key: str | None = None,
    ) -> OpenedAtDesk:
        """柜台开户
        Open a wallet in one visit: identity shown, one consent, card and PIN. Roles: operator,
        worker.
        """
        return self._ask(
            OpenedAtDesk,
            "POST",
            "/v1/desk/openings",
            body={
                "issuers": issuers,
                "identity_shown": identity_shown,
                "consent": consent,
                "consent_version": consent_version,
                "dry_run": dry_run,
                "links": links,
                "guardian": guardian,
                "contact": contact,
            },
            key=idempotency_key,
        )

    def open_session(
        self,
        *,
        card: str,
        pin: str | None = None,
        code: str | None = None,
        idempotency_key: str | None = None,
    ) -> DeskSessionShape:
        """开始办理
        Begin a session: its token acts for the card's wallet, for some minutes. Roles: worker.
        """
        return self._ask(
            DeskSessionShape,
            "POST",
            "/v1/desk/sessions",
            body={"card": card, "pin": pin, "code": code},
            key=idempotency_key,
        )

    def end_session(
        self, session_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> SessionEnded:
        """结束办理
        End a session by hand: the desk that began it, or whoever sits there. Roles: delegate,
        operator, resident, worker.
        """
        return self._ask(
            SessionEnded,
            "POST",
            self._path("/v1/desk/sessions/{session_id}/end", {"session_id": session_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def send_card_code(
        self, *, card: str, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> CodeSent:
        """发送验证码 · Send a one-time code to where the card's holder reads it. Roles: worker."""
        return self._ask(
            CodeSent,
            "POST",
            "/v1/desk/codes",
            body={"card": card, "dry_run": dry_run},
            key=idempotency_key,
        )

    def ask_reset(
        self,
        *,
        identity_shown: Literal[True],
        dry_run: bool | None = None,
        card: str | None = None,
        wallet: str | None = None,
        lost: bool | None = None,
        idempotency_key: str | None = None,
    ) -> ResetShape:
        """申请重置密码 · Ask for a new PIN, in person; another worker confirms. Roles: worker."""
        return self._ask(
            ResetShape,
            "POST",
            "/v1/desk/resets",
            body={
                "identity_shown": identity_shown,
                "dry_run": dry_run,
                "card": card,
                "wallet": wallet,
                "lost": lost,
            },
            key=idempotency_key,
        )

    def confirm_reset(
        self,
        reset_id: str,
        *,
        identity_shown: Literal[True],
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> Handed:
        """确认重置 · The second worker confirms; the new PIN is shown once. Roles: worker."""
        return self._ask(
            Handed,
            "POST",
            self._path("/v1/desk/resets/{reset_id}/confirm", {"reset_id": reset_id}),
            body={"identity_shown": identity_shown, "dry_run": dry_run},
            key=idempotency_key,
        )

    def end_card(
        self, card_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> CardShape:
        """挂失 · End a card at once, with its sessions. Roles: operator, resident, worker."""
        return self._ask(
            CardShape,
            "POST",
            self._path("/v1/desk/cards/{card_id}/end", {"card_id": card_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def print_card(self, card_id: str, *, if_none_match: str | None = None) -> Download:
        """打印卡面 · The card's face; never its PIN. Roles: operator, worker."""
        return self._download(
            "GET",
            self._path("/v1/desk/cards/{card_id}/print", {"card_id": card_id}),
            headers={"If-None-Match": if_none_match},
        )

    def print_receipt(
        self, order_id: str, *, form: DeskForm | None = None, if_none_match: str | None = None
    ) -> Download:
        """纸质回执
        A receipt of an order placed at a desk: with the worker, without the wallet. Roles:
        delegate, operator, resident, worker.
        """
        return self._download(
            "GET",
            self._path("/v1/desk/receipts/{order_id}", {"order_id": order_id}),
            query={"form": form},
            headers={"If-None-Match": if_none_match},
        )

    def report_death(
        self,
        *,
        wallet: str,
        proof_shown: Literal[True],
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> DeathShape:
        """身故登记：卡与代兑立即停用
        Report a death; cards and delegates end at once. Roles: operator, worker.
        """
        return self._ask(
            DeathShape,
            "POST",
            "/v1/desk/deaths",
            body={"wallet": wallet, "proof_shown": proof_shown, "dry_run": dry_run},
            key=idempotency_key,
        )

    def get_death(self, death_id: str, *, if_none_match: str | None = None) -> DeathShape:
        """查询身故登记 · Where a report stands. Roles: operator, worker."""
        return self._ask(
            DeathShape,
            "GET",
            self._path("/v1/desk/deaths/{death_id}", {"death_id": death_id}),
            headers={"If-None-Match": if_none_match},
        )

    def name_heir(
        self,
        death_id: str,
        *,
        proof_shown: Literal[True],
        dry_run: bool | None = None,
        contact: str | None = None,
        idempotency_key: str | None = None,
    ) -> Handed:
        """继承人领卡
        An heir's card, good until the day that stands in the report. Roles: worker.
        """
        return self._ask(
            Handed,
            "POST",
            self._path("/v1/desk/deaths/{death_id}/heir", {"death_id": death_id}),
            body={"proof_shown": proof_shown, "dry_run": dry_run, "contact": contact},
            key=idempotency_key,
        )

    def withdraw_death(
        self, death_id: str, *, dry_run: bool | None = None, idempotency_key: str | None = None
    ) -> DeathShape:
        """撤回误登记
        It was a mistake: the resident gets a card again. Roles: operator, worker.
        """
        return self._ask(
            DeathShape,
            "POST",
            self._path("/v1/desk/deaths/{death_id}/withdraw", {"death_id": death_id}),
            body={"dry_run": dry_run},
            key=idempotency_key,
        )

    def give_estate(
        self,
        death_id: str,
        *,
        fund_account: str,
        dry_run: bool | None = None,
        units: int | None = None,
        prefer: str | None = None,
        idempotency_key: str | None = None,
        wait_s: float | None = None,
    ) -> DeathShape:
        """余下积分转入社区基金
        After the heirs' time, give what is left to the fund. Roles: operator.
        """
        return self._ask(
            DeathShape,
            "POST",
            self._path("/v1/desk/deaths/{death_id}/give", {"death_id": death_id}),
            headers={"Prefer": prefer},
            body={"fund_account": fund_account, "dry_run": dry_run, "units": units},
            key=idempotency_key,
            wait_s=wait_s,
            waits=True,
        )
