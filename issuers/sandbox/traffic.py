"""The traffic scheme's system: a CSV file a day in a folder served over HTTP, basic auth.

Habits: GB18030; CRLF; a file holds what was settled that day, whatever day it happened; days
without rows have no file; a row cut short loses its last columns; a remark may hold a comma. The
listing has an ETag, a file the time of its making.
"""

from __future__ import annotations

import csv
import hmac
import io
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Request, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from issuers.sandbox import dirt, marking
from issuers.sandbox.season import Flaw, Row
from issuers.sandbox.unchanged import dated, tagged
from issuers.sandbox.world import World

COLUMNS = ("流水号", "会员号", "事项", "数量", "发生时间", "备注")
RENAMED = ("流水号", "用户编号", "类别", "数量", "时间", "备注")
"""The columns after the source changed its export without a word."""
NIGHTLY = time(21, 30, tzinfo=UTC)
"""When a day's file is made."""
TIME = "{t:%Y-%m-%d %H:%M}"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.csv")
_basic = HTTPBasic()
Given = Annotated[HTTPBasicCredentials, Depends(_basic)]


def mount(app: FastAPI, world: World) -> None:
    """The folder and the connector."""
    world.has_layout = True

    async def login(given: Given) -> None:
        wanted = world.credentials
        right = hmac.compare_digest(given.password.encode(), wanted.secret.encode())
        if given.username != wanted.user or not right:
            raise HTTPException(401, "Unauthorized", {"WWW-Authenticate": "Basic"})

    routes = APIRouter(prefix="/drop", dependencies=[Depends(login)])

    @routes.get("/")
    async def listing(request: Request) -> Response:
        days = sorted({row.visible_on for row in world.visible()})
        lines = "".join(f'<a href="{day}.csv">{day}.csv</a>\n' for day in days)
        page = f'<html><body><pre><a href="../">../</a>\n{lines}</pre></body></html>'
        return tagged(request, page.encode(), "text/html")

    @routes.get("/{name}")
    async def file(request: Request, name: str) -> Response:
        found = _NAME.fullmatch(name)
        day = date.fromisoformat(found[1]) if found else None
        rows = [row for row in world.visible() if row.visible_on == day]
        if day is None or not rows:
            raise HTTPException(404, "Not Found")
        columns = RENAMED if world.layout_changed else COLUMNS
        made = datetime.combine(day, NIGHTLY)
        return dated(request, file_of(rows, columns), "text/csv", made)

    app.include_router(routes)
    app.include_router(marking.router(world, "/connector", login))


def file_of(rows: list[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    """One day's file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(columns)
    writer.writerows(_cells(row) for row in rows)
    return text.getvalue().encode("gb18030")


def _cells(row: Row) -> list[str]:
    event = row.event
    remark = "补录，次日" if row.repeat else "演示,虚构"
    cells = [
        event.event_id,
        dirt.member(event),
        dirt.word(event),
        str(dirt.number(event)),
        dirt.moment_text(event, TIME),
        remark,
    ]
    return cells[:3] if event.flaw is Flaw.BROKEN else cells
