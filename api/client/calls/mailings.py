"""Operations on mailings, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from api.client.answers import Download
from api.client.connection import Connection
from api.client.shapes.mailings import LetterPage, LetterShape, MailingPage, MailingShape, Way


class MailingsCalls(Connection):
    """Mixed into the client."""

    def make_mailing(
        self,
        *,
        month: str,
        way: Way,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> MailingShape:
        """登记一次寄送
        Note whose statements of a month go out this way; what is noted stays. Roles: operator.
        """
        return self._ask(
            MailingShape,
            "POST",
            "/v1/mailings",
            body={"month": month, "way": way, "dry_run": dry_run},
            key=idempotency_key,
        )

    def list_mailings(
        self,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[MailingShape]:
        """寄送列表 · Mailings, newest month first. Roles: operator."""
        return self._pages(
            MailingPage,
            "mailings",
            "/v1/mailings",
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_mailing(self, mailing_id: str, *, if_none_match: str | None = None) -> MailingShape:
        """查询一次寄送 · A mailing. Roles: operator."""
        return self._ask(
            MailingShape,
            "GET",
            self._path("/v1/mailings/{mailing_id}", {"mailing_id": mailing_id}),
            headers={"If-None-Match": if_none_match},
        )

    def list_letters(
        self,
        mailing_id: str,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[LetterShape]:
        """寄送名单 · Who is in it, in the order of the post. Roles: operator."""
        return self._pages(
            LetterPage,
            "letters",
            self._path("/v1/mailings/{mailing_id}/letters", {"mailing_id": mailing_id}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_mailing_file(self, mailing_id: str, *, if_none_match: str | None = None) -> Download:
        """寄送文件：纸质为 ZIP（PDF 与名单），短信为 CSV
        A ZIP of PDFs with its list, or a CSV. Roles: operator.
        """
        return self._download(
            "GET",
            self._path("/v1/mailings/{mailing_id}/file", {"mailing_id": mailing_id}),
            headers={"If-None-Match": if_none_match},
        )
