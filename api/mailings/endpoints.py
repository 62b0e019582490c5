"""Mailings: the operator's alone, as a file holds every resident's month who asked for it."""

from __future__ import annotations

from fastapi import Request, Response
from starlette.responses import StreamingResponse

from api.acting import looked
from api.etags import tag_of
from api.guard import Calling, resource
from api.mailings.schemas import (
    LetterPage,
    LetterShape,
    MailingPage,
    MailingShape,
    MakeMailing,
)
from api.monthly.endpoints import names_of
from api.monthly.schemas import month_number
from api.pages import USUAL, Cursor, Limit, cursor_of, place_of
from api.shapes import Id
from ledger.reminders.choices import Way

router = resource("mailings", "messages")
_WAYS = tuple(sorted(Way))
_BINARY = {"schema": {"type": "string", "format": "binary"}}
_FILES = {
    200: {
        "description": "月报文件 · the file",
        "content": {"application/zip": _BINARY, "text/csv": {"schema": {"type": "string"}}},
    }
}


@router.post("", status_code=201, operation_id="make_mailing")
def make_mailing(call: Calling, body: MakeMailing, response: Response) -> MailingShape:
    """登记一次寄送 · Note whose statements of a month go out this way; what is noted stays."""
    mailings, now_s = call.office.letters.mailings, int(call.office.clock())
    month, by = month_number(body.month), call.caller.key_id
    row = mailings.make(call.command_id, month, body.way, by, now_s, dry_run=body.dry_run)
    if body.dry_run or row.id != call.command_id:
        response.status_code = 200
    if not body.dry_run:
        response.headers["Location"] = f"/v1/mailings/{row.id}"
    return MailingShape.of(row, dry_run=body.dry_run)


@router.get("", operation_id="list_mailings")
def list_mailings(call: Calling, limit: Limit = USUAL, cursor: Cursor = None) -> MailingPage:
    """寄送列表 · Mailings, newest month first."""
    place = place_of(cursor, 2)
    before = None if place is None else (place[0], _WAYS[place[1] % len(_WAYS)])
    found = call.office.letters.mailings.page(before, limit + 1)
    page, following = found[:limit], None
    if len(found) > limit:
        following = cursor_of(page[-1].month, _WAYS.index(Way(page[-1].way)))
    return MailingPage(mailings=[MailingShape.of(row) for row in page], next_cursor=following)


@router.get("/{mailing_id}", operation_id="get_mailing")
def get_mailing(call: Calling, mailing_id: Id) -> MailingShape:
    """查询一次寄送 · A mailing."""
    return MailingShape.of(call.office.letters.mailings.read(mailing_id))


@router.get("/{mailing_id}/letters", operation_id="list_letters")
def list_letters(
    call: Calling, mailing_id: Id, limit: Limit = USUAL, cursor: Cursor = None
) -> LetterPage:
    """寄送名单 · Who is in it, in the order of the post."""
    place = place_of(cursor, 1)
    mailings, after = call.office.letters.mailings, 0 if place is None else place[0]
    found = mailings.letters(mailing_id, after, limit + 1)
    page = found[:limit]
    looked(call, "list_letters", [row.wallet for row in page])
    following = cursor_of(page[-1].place) if len(found) > limit else None
    return LetterPage(letters=[LetterShape.of(row) for row in page], next_cursor=following)


@router.get(
    "/{mailing_id}/file",
    operation_id="get_mailing_file",
    response_class=Response,
    responses=_FILES,  # type: ignore[arg-type]
)
def get_mailing_file(call: Calling, request: Request, mailing_id: Id) -> Response:
    """寄送文件：纸质为 ZIP（PDF 与名单），短信为 CSV · A ZIP of PDFs with its list, or a CSV."""
    file = call.office.letters.mailings.file(
        mailing_id,
        lambda lang: names_of(call, request, lang),
        lambda wallets: looked(call, "get_mailing_file", wallets),
    )
    headers = {
        "Content-Disposition": f'attachment; filename="{file.name}"',
        "Cache-Control": "no-store",
        "ETag": tag_of(mailing_id),
    }
    return StreamingResponse(file.parts, media_type=file.media_type, headers=headers)
