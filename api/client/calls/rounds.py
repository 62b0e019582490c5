"""Operations on rounds, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from api.client.connection import Connection
from api.client.shapes.rounds import RoundPage, RoundShape, VoiceNoted, VoiceShape


class RoundsCalls(Connection):
    """Mixed into the client."""

    def plan_round(
        self,
        *,
        fund: int,
        district: str,
        title_zh: str,
        begins: datetime,
        ends: datetime,
        budget_units: int,
        dry_run: bool | None = None,
        title_en: str | None = None,
        idempotency_key: str | None = None,
    ) -> RoundShape:
        """安排一轮投票 · Plan a round of voting for a district. Roles: fund, operator."""
        return self._ask(
            RoundShape,
            "POST",
            "/v1/rounds",
            body={
                "fund": fund,
                "district": district,
                "title_zh": title_zh,
                "begins": begins,
                "ends": ends,
                "budget_units": budget_units,
                "dry_run": dry_run,
                "title_en": title_en,
            },
            key=idempotency_key,
        )

    def list_rounds(
        self,
        *,
        district: str | None = None,
        fund: int | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[RoundShape]:
        """投票轮次 · Rounds of voting, newest first."""
        return self._pages(
            RoundPage,
            "rounds",
            "/v1/rounds",
            query={"district": district, "fund": fund, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_round(self, round_id: str, *, if_none_match: str | None = None) -> RoundShape:
        """查看一轮投票 · A round: its projects and, once counted, what the vote advises."""
        return self._ask(
            RoundShape,
            "GET",
            self._path("/v1/rounds/{round_id}", {"round_id": round_id}),
            headers={"If-None-Match": if_none_match},
        )

    def call_off_round(
        self,
        round_id: str,
        *,
        reason: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> RoundShape:
        """取消一轮投票
        Call off a round that was a mistake; its projects wait again. Roles: fund, operator.
        """
        return self._ask(
            RoundShape,
            "POST",
            self._path("/v1/rounds/{round_id}/call-off", {"round_id": round_id}),
            body={"reason": reason, "dry_run": dry_run},
            key=idempotency_key,
        )

    def vote(
        self,
        round_id: str,
        *,
        wallet: str,
        project: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> VoiceNoted:
        """投票
        Give the wallet's one voice to a project, in person; change it until the end. Roles:
        resident.
        """
        return self._ask(
            VoiceNoted,
            "POST",
            self._path("/v1/rounds/{round_id}/voice", {"round_id": round_id}),
            body={"wallet": wallet, "project": project, "dry_run": dry_run},
            key=idempotency_key,
        )

    def get_my_vote(self, round_id: str, *, if_none_match: str | None = None) -> VoiceShape:
        """查看本人的票 · For what the caller voted; nobody else can ask. Roles: resident."""
        return self._ask(
            VoiceShape,
            "GET",
            self._path("/v1/rounds/{round_id}/voice", {"round_id": round_id}),
            headers={"If-None-Match": if_none_match},
        )

    def take_vote_back(
        self,
        round_id: str,
        *,
        wallet: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> VoiceNoted:
        """撤回投票 · Take the wallet's voice back, until the end. Roles: resident."""
        return self._ask(
            VoiceNoted,
            "POST",
            self._path("/v1/rounds/{round_id}/voice/take-back", {"round_id": round_id}),
            body={"wallet": wallet, "dry_run": dry_run},
            key=idempotency_key,
        )
