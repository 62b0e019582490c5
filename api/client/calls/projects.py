"""Operations on projects, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from api.client.connection import Connection
from api.client.shapes.shared import FigureShape, ProjectPage, ProjectShape, ProjectsStage


class ProjectsCalls(Connection):
    """Mixed into the client."""

    def propose_project(
        self,
        *,
        wallet: str,
        title_zh: str,
        words: str,
        wanted_units: int,
        dry_run: bool | None = None,
        title_en: str | None = None,
        idempotency_key: str | None = None,
    ) -> ProjectShape:
        """提议项目
        Propose what the fund should spend points on, in the own district. Roles: resident.
        """
        return self._ask(
            ProjectShape,
            "POST",
            "/v1/projects",
            body={
                "wallet": wallet,
                "title_zh": title_zh,
                "words": words,
                "wanted_units": wanted_units,
                "dry_run": dry_run,
                "title_en": title_en,
            },
            key=idempotency_key,
        )

    def search_projects(
        self,
        *,
        q: str | None = None,
        stage: ProjectsStage | None = None,
        district: str | None = None,
        round_: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[ProjectShape]:
        """查找项目 · Projects that were put to the vote, and what became of them, newest first."""
        return self._pages(
            ProjectPage,
            "projects",
            "/v1/projects",
            query={
                "q": q,
                "stage": stage,
                "district": district,
                "round": round_,
                "limit": limit,
                "cursor": cursor,
            },
            headers={"If-None-Match": if_none_match},
        )

    def list_proposals(
        self,
        *,
        stage: ProjectsStage | None = None,
        district: str | None = None,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[ProjectShape]:
        """待审核的提议
        What waits to be vetted, without who proposed it; a fund's own besides. Roles: fund,
        operator.
        """
        return self._pages(
            ProjectPage,
            "projects",
            "/v1/projects/proposals",
            query={"stage": stage, "district": district, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_project(self, project_id: str, *, if_none_match: str | None = None) -> ProjectShape:
        """查看项目 · A project: the vote, the decision, the spendings, what came of it."""
        return self._ask(
            ProjectShape,
            "GET",
            self._path("/v1/projects/{project_id}", {"project_id": project_id}),
            headers={"If-None-Match": if_none_match},
        )

    def vet_project(
        self,
        project_id: str,
        *,
        accepted: bool,
        reason: str,
        dry_run: bool | None = None,
        round_: str | None = None,
        idempotency_key: str | None = None,
    ) -> ProjectShape:
        """审核项目
        Put a project to the vote of a round, or decline it, with the reason. Roles: fund,
        operator.
        """
        return self._ask(
            ProjectShape,
            "POST",
            self._path("/v1/projects/{project_id}/vetting", {"project_id": project_id}),
            body={"accepted": accepted, "reason": reason, "dry_run": dry_run, "round": round_},
            key=idempotency_key,
        )

    def decide_project(
        self,
        project_id: str,
        *,
        granted_units: int,
        dry_run: bool | None = None,
        reason: str | None = None,
        idempotency_key: str | None = None,
    ) -> ProjectShape:
        """基金决定
        What the fund gives, once the vote is counted; a reason where it differs. Roles: fund.
        """
        return self._ask(
            ProjectShape,
            "POST",
            self._path("/v1/projects/{project_id}/decision", {"project_id": project_id}),
            body={"granted_units": granted_units, "dry_run": dry_run, "reason": reason},
            key=idempotency_key,
        )

    def note_spending(
        self,
        project_id: str,
        *,
        hold: str,
        words: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> ProjectShape:
        """登记支出
        Say which hold of the fund's was for the project; the chain says how much. Roles: fund.
        """
        return self._ask(
            ProjectShape,
            "POST",
            self._path("/v1/projects/{project_id}/spendings", {"project_id": project_id}),
            body={"hold": hold, "words": words, "dry_run": dry_run},
            key=idempotency_key,
        )

    def report_effect(
        self,
        project_id: str,
        *,
        words: str,
        on: date,
        dry_run: bool | None = None,
        figures: list[FigureShape] | None = None,
        idempotency_key: str | None = None,
    ) -> ProjectShape:
        """公布成效
        Tell what came of a project, in words and numbers, for everybody. Roles: fund.
        """
        return self._ask(
            ProjectShape,
            "POST",
            self._path("/v1/projects/{project_id}/effects", {"project_id": project_id}),
            body={"words": words, "on": on, "dry_run": dry_run, "figures": figures},
            key=idempotency_key,
        )
