"""Operations on statements, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from collections.abc import Iterator

from api.client.answers import Download
from api.client.connection import Connection
from api.client.shapes.statements import (
    HeadingPage,
    HeadingShape,
    NotedShape,
    StatementsForm,
    StatementShape,
    TillShape,
)


class StatementsCalls(Connection):
    """Mixed into the client."""

    def list_statements(
        self,
        *,
        member: int,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> Iterator[HeadingShape]:
        """对账单列表
        A member's statements, newest first. Roles: acceptor, auditor, issuer, operator.
        """
        return self._pages(
            HeadingPage,
            "statements",
            "/v1/statements",
            query={"member": member, "limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_statement(
        self,
        number: int,
        member: int,
        *,
        limit: int | None = None,
        cursor: str | None = None,
        if_none_match: str | None = None,
    ) -> StatementShape:
        """查询对账单：合计总是全部，明细分页
        A statement: sums of all, and a page of its lines. Roles: acceptor, auditor, issuer,
        operator.
        """
        return self._ask(
            StatementShape,
            "GET",
            self._path("/v1/statements/{number}/{member}", {"number": number, "member": member}),
            query={"limit": limit, "cursor": cursor},
            headers={"If-None-Match": if_none_match},
        )

    def get_statement_file(
        self,
        number: int,
        member: int,
        *,
        form: StatementsForm | None = None,
        part: int | None = None,
        if_none_match: str | None = None,
    ) -> Download:
        """对账单文件：PDF 或 XLSX
        The statement as a document; the same content, the same bytes. Roles: acceptor,
        auditor, issuer, operator.
        """
        return self._download(
            "GET",
            self._path(
                "/v1/statements/{number}/{member}/file", {"number": number, "member": member}
            ),
            query={"form": form, "part": part},
            headers={"If-None-Match": if_none_match},
        )

    def note_invoice(
        self,
        number: int,
        member: int,
        *,
        reference: str,
        dry_run: bool | None = None,
        idempotency_key: str | None = None,
    ) -> NotedShape:
        """登记发票编号
        Note the reference of the member's own invoice; the newest one is shown. Roles:
        acceptor, issuer.
        """
        return self._ask(
            NotedShape,
            "POST",
            self._path(
                "/v1/statements/{number}/{member}/invoice", {"number": number, "member": member}
            ),
            body={"reference": reference, "dry_run": dry_run},
            key=idempotency_key,
        )

    def match_till(
        self,
        number: int,
        member: int,
        *,
        content: bytes,
        name: str,
        idempotency_key: str | None = None,
    ) -> TillShape:
        """核对收银文件
        Match a till (CSV, XLSX, XLS) with the statement; nothing is kept. Roles: acceptor,
        issuer.
        """
        return self._ask(
            TillShape,
            "POST",
            self._path(
                "/v1/statements/{number}/{member}/till", {"number": number, "member": member}
            ),
            query={"name": name},
            content=("application/octet-stream", content),
            key=idempotency_key,
        )

    def annotate_till(
        self,
        number: int,
        member: int,
        *,
        content: bytes,
        name: str,
        idempotency_key: str | None = None,
    ) -> Download:
        """核对收银文件并退回
        The same file with two columns more; orders that it lacks at its end. Roles: acceptor,
        issuer.
        """
        return self._download(
            "POST",
            self._path(
                "/v1/statements/{number}/{member}/till/file", {"number": number, "member": member}
            ),
            query={"name": name},
            content=("application/octet-stream", content),
            key=idempotency_key,
        )
