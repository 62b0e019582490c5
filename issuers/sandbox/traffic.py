"""The traffic scheme's system: a CSV file a day in a folder served over HTTP, basic auth.

Habits: GB18030; CRLF; a file holds what was settled that day, whatever day it happened; days
without rows have no file; a row cut short loses its last columns; a remark may hold a comma.
"""

from __future__ import annotations

import csv
import hmac
import io
import re
from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, FastAPI, HTTPException, Response
from fastapi.responses import HTMLResponse
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from issuers.sandbox import dirt, marking
from issuers.sandbox.season import Flaw, Row
from issuers.sandbox.world import World

COLUMNS = ("流水号", "会员号", "事项", "数量", "发生时间", "备注")
TIME = "{t:%Y-%m-%d %H:%M}"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2})\.csv")
_basic = HTTPBasic()
Given = Annotated[HTTPBasicCredentials, Depends(_basic)]


def mount(app: FastAPI, world: World) -> None:
    """The folder and the connector."""

    async def login(given: Given) -> None:
        wanted = world.credentials
        right = hmac.compare_digest(given.password.encode(), wanted.secret.encode())
        if given.username != wanted.user or not right:
            raise HTTPException(401, "Unauthorized", {"WWW-Authenticate": "Basic"})

    routes = APIRouter(prefix="/drop", dependencies=[Depends(login)])

    @routes.get("/")
    async def listing() -> HTMLResponse:
        days = sorted({row.visible_on for row in world.visible()})
        lines = "".join(f'<a href="{day}.csv">{day}.csv</a>\n' for day in days)
        return HTMLResponse(f'<html><body><pre><a href="../">../</a>\n{lines}</pre></body></html>')

    @routes.get("/{name}")
    async def file(name: str) -> Response:
        found = _NAME.fullmatch(name)
        day = date.fromisoformat(found[1]) if found else None
        rows = [row for row in world.visible() if row.visible_on == day]
        if not rows:
            raise HTTPException(404, "Not Found")
        return Response(file_of(rows), media_type="text/csv")

    app.include_router(routes)
    app.include_router(marking.router(world, "/connector", login))


def file_of(rows: list[Row]) -> bytes:
    """One day's file."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
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
