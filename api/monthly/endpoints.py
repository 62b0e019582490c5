"""A resident's month: as data, as a letter in large type, as the words of a message."""

from __future__ import annotations

from typing import Annotated, Literal

from fastapi import Path, Query, Request, Response

from api.acting import check_wallet, looked
from api.guard import Call, Calling, resource
from api.monthly.naming import called, names_in
from api.monthly.schemas import Month, MonthLine, MonthShape, month_number
from api.shapes import Id
from ledger.monthly.figures import letter_of
from ledger.monthly.names import Names
from ledger.monthly.paper import MEDIA_TYPE, Addressed, paper
from ledger.monthly.sms import LEAST_CHARACTERS, sms_of
from ledger.monthly.values import Statement
from ledger.refusals import Lang

router = resource("wallets", "messages")
SMS_MOST = 500
MonthGiven = Annotated[
    Month, Path(description="月份，北京时间 · Beijing time", examples=["2026-05"])
]
LangGiven = Annotated[
    Literal["zh", "en"] | None, Query(description="缺省为居民所选 · else as the resident chose")
]
Characters = Annotated[
    int | None,
    Query(ge=LEAST_CHARACTERS, le=SMS_MOST, description="最多字数 · at most so many characters"),
]
_PDF = {200: {"content": {MEDIA_TYPE: {"schema": {"type": "string", "format": "binary"}}}}}
_TEXT = {200: {"content": {"text/plain": {"schema": {"type": "string"}}}}}


@router.get("/{wallet_id}/months/{month}", operation_id="get_month")
def get_month(call: Calling, wallet_id: Id, month: MonthGiven) -> MonthShape:
    """居民月报 · What a month brought and took, what is left, what expires, and who looked."""
    made = _read(call, "get_month", wallet_id, month)
    rates = {one.activity.activity: one for one in call.office.projection.activities()}
    lines = []
    for line in made.lines:
        known = rates.get(line.earned.activity) if line.earned else None
        rate = known.rate_in(line.earned.month) if known and line.earned else None
        lines.append(MonthLine.of(line, (rate.numerator, rate.denominator) if rate else (0, 1)))
    return MonthShape.of(made, lines)


@router.get(
    "/{wallet_id}/months/{month}/file",
    operation_id="get_month_file",
    response_class=Response,
    responses=_PDF,  # type: ignore[arg-type]
)
def get_month_file(
    call: Calling, request: Request, wallet_id: Id, month: MonthGiven, lang: LangGiven = None
) -> Response:
    """打印月报（大字 PDF） · The month as a letter in large type."""
    made = _read(call, "get_month_file", wallet_id, month)
    letter = letter_of(made, _names(call, request, wallet_id, lang))
    headers = {"Content-Disposition": f'attachment; filename="statement-{month}.pdf"'}
    content = paper([Addressed(letter, "", "")], made.until_s)
    return Response(content, media_type=MEDIA_TYPE, headers=headers)


@router.get(
    "/{wallet_id}/months/{month}/text",
    operation_id="get_month_text",
    response_class=Response,
    responses=_TEXT,  # type: ignore[arg-type]
)
def get_month_text(
    call: Calling,
    request: Request,
    wallet_id: Id,
    month: MonthGiven,
    characters: Characters = None,
    lang: LangGiven = None,
) -> Response:
    """短信月报 · The month in as few words as a message holds, what matters most first."""
    made = _read(call, "get_month_text", wallet_id, month)
    most = characters or call.office.settings.reminders.sms_characters
    words = sms_of(made, _names(call, request, wallet_id, lang), most)
    return Response(words, media_type="text/plain; charset=utf-8")


def names_of(call: Call, request: Request, lang: Lang) -> Names:
    """Of this office, in a language."""
    state = request.app.state
    if not hasattr(state, "operations_called"):
        state.operations_called = called(request.app.routes)
    office = call.office
    return names_in(lang, office.directory, office.projection, state.operations_called)


def _names(call: Call, request: Request, wallet: str, lang: Lang | None) -> Names:
    chosen = lang or call.office.letters.choices.read(wallet).choice.lang
    return names_of(call, request, chosen)


def _read(call: Call, operation: str, wallet_id: str, month: str) -> Statement:
    check_wallet(call.caller, wallet_id, "wallet_id")
    made = call.office.letters.monthly.read(wallet_id, month_number(month))
    looked(call, operation, [wallet_id])
    return made
