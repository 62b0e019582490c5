"""Statements: of the caller's own member, or of any for operator and auditor.

The documents are made when asked for, from one state of the chain; a till that is handed in is
compared and given back, never kept.
"""

from __future__ import annotations

import enum
from typing import Annotated
from urllib.parse import quote

from fastapi import Body, Path, Query, Response

from api.access import check_own
from api.guard import Call, Calling, resource
from api.idempotency import NOT_KEPT
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import MemberNumber
from api.statements import tillfile
from api.statements.parts import InvoiceShape
from api.statements.schemas import (
    HeadingPage,
    HeadingShape,
    NotedShape,
    NoteInvoice,
    StatementShape,
)
from api.statements.tills import TillShape
from ledger.clearing.statement import Statement
from ledger.errors import Rejected
from ledger.statements import paper, workbook
from ledger.statements.figures import MemberNames

router = resource("statements", "clearing")
Number = Annotated[int, Path(ge=1, le=2**31, description="窗口 · the window")]
Member = Annotated[int, Path(ge=1, le=65_535, description="成员单位 · the member")]
TILL_TYPE = "application/octet-stream"
TILL_PATH = r"/v1/statements/\d+/\d+/till(?:/file)?"
TILL_MOST_BYTES = tillfile.LIMITS.file_bytes
"""Of a till, other requests are far smaller."""


class Form(enum.StrEnum):
    """Of a document."""

    XLSX = "xlsx"
    PDF = "pdf"


_MEDIA = {Form.XLSX: workbook.MEDIA_TYPE, Form.PDF: paper.MEDIA_TYPE}
_FILES = {media: {"schema": {"type": "string", "format": "binary"}} for media in _MEDIA.values()}
Part = Annotated[
    int, Query(ge=1, le=10_000, description="第几个文件，见 pdf_parts · which file of a long PDF")
]

_TILL_FILE = {TILL_TYPE: {"schema": {"type": "string", "format": "binary"}}}
TillContent = Annotated[bytes, Body(media_type=TILL_TYPE, min_length=1)]
TillName = Annotated[
    str, Query(min_length=1, max_length=200, description="文件名 · what the file is called")
]


@router.get("", operation_id="list_statements")
def list_statements(
    call: Calling,
    member: Annotated[MemberNumber, Query()],
    limit: Limit = USUAL,
    cursor: Cursor = None,
) -> HeadingPage:
    """对账单列表 · A member's statements, newest first."""
    check_own(call.caller, member, "member")
    place = place_of(cursor, 1)
    found = call.office.clearing.statements.headings(member, place[0] if place else None, limit + 1)
    page = found[:limit]
    return HeadingPage(
        statements=[HeadingShape.of(one, member) for one in page],
        next_cursor=cursor_of(page[-1].window) if len(found) > limit else None,
    )


@router.get("/{number}/{member}", operation_id="get_statement")
def get_statement(
    call: Calling, number: Number, member: Member, limit: Limit = USUAL, cursor: Cursor = None
) -> StatementShape:
    """查询对账单：合计总是全部，明细分页 · A statement: sums of all, and a page of its lines."""
    made = _read(call, number, member)
    place = place_of(cursor, 2) or (-1, -1)
    behind = [line for line in made.lines if (line.block, line.position) > place]
    page = behind[:limit]
    following = cursor_of(*page[-1][:2]) if len(behind) > limit else None
    return StatementShape.of(made, page, following)


@router.get(
    "/{number}/{member}/file",
    operation_id="get_statement_file",
    response_class=Response,
    responses={200: {"content": _FILES, "description": "对账单文件 · the document"}},
)
def get_statement_file(
    call: Calling, number: Number, member: Member, form: Form = Form.PDF, part: Part = 1
) -> Response:
    """对账单文件：PDF 或 XLSX · The statement as a document; the same content, the same bytes."""
    made = _read(call, number, member)
    if form is Form.PDF:
        content = paper.paper(made, _names(call), part)
    elif part > 1:
        raise Rejected("clearing.no-such-part", field="part", parts=1)
    else:
        content = workbook.workbook(made, _names(call))
    name = workbook.file_name(made, form, part)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(content, media_type=_MEDIA[form], headers=headers)


@router.post("/{number}/{member}/invoice", operation_id="note_invoice")
def note_invoice(call: Calling, number: Number, member: Member, body: NoteInvoice) -> NotedShape:
    """登记发票编号 · Note the reference of the member's own invoice; the newest one is shown."""
    check_own(call.caller, member, "member")
    noted = call.office.clearing.statements.note_invoice(
        number, member, body.reference, dry_run=body.dry_run
    )
    return NotedShape(
        window=number, member=member, invoice=InvoiceShape.of(noted), dry_run=body.dry_run
    )


@router.post("/{number}/{member}/till", operation_id="match_till")
def match_till(
    call: Calling,
    response: Response,
    number: Number,
    member: Member,
    content: TillContent,
    name: TillName,
) -> TillShape:
    """核对收银文件 · Match a till (CSV, XLSX, XLS) with the statement; nothing is kept."""
    check_own(call.caller, member, "member")
    till = tillfile.read_till(content, name)
    with till.table:
        matching = call.office.clearing.statements.match(number, member, till.lines)
        response.headers.update(NOT_KEPT)
        return TillShape.of(number, member, till, matching, call.lang)


@router.post(
    "/{number}/{member}/till/file",
    operation_id="annotate_till",
    response_class=Response,
    responses={200: {"content": _TILL_FILE, "description": "加注后的文件 · the file with notes"}},
)
def annotate_till(
    call: Calling, number: Number, member: Member, content: TillContent, name: TillName
) -> Response:
    """核对收银文件并退回 · The same file with two columns more; orders that it lacks at its end."""
    check_own(call.caller, member, "member")
    till = tillfile.read_till(content, name)
    with till.table:
        matching = call.office.clearing.statements.match(number, member, till.lines)
        made = tillfile.annotated(till, matching, call.lang)
    stem = till.table.name.rpartition(".")[0] or "till"
    called = quote(f"{stem}-checked{tillfile.extension_of(till)}")
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{called}"} | NOT_KEPT
    return Response(made, media_type=TILL_TYPE, headers=headers)


def _read(call: Call, number: int, member: int) -> Statement:
    check_own(call.caller, member, "member")
    return call.office.clearing.statements.read(number, member)


def _names(call: Call) -> MemberNames:
    directory = call.office.directory

    def names(member: int) -> tuple[str, str]:
        return directory.name(member, "zh") or str(member), directory.name(member, "en") or ""

    return names
