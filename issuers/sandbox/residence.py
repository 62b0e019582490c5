"""The residence permit's system: an XLSX report a month behind a login form and a session cookie.

Habits: a session serves 30 requests and then answers with the login page, status 200; the report
of a month appears on its last day; two title rows, a header, a total at the end; dates as cells, as
text in many forms, or as Excel's serial numbers; no id: a row is (permit, month, kind). The
listing has an ETag, a report the time of its making.
"""

from __future__ import annotations

import hmac
import io
import json
import re
import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import parse_qs

import xlsxwriter
from fastapi import APIRouter, Cookie, Depends, FastAPI, HTTPException, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from issuers.sandbox import dirt, marking
from issuers.sandbox.draw import scatter
from issuers.sandbox.season import Flaw, Row
from issuers.sandbox.unchanged import dated, tagged
from issuers.sandbox.world import World

SESSION_REQUESTS = 30
COLUMNS = ("序号", "居住证编号", "姓名", "事项", "月数", "办结日期", "备注")
RENAMED = ("序号", "证件编号", "姓名", "类别", "月数", "日期", "备注")
"""The columns after the source changed its report without a word."""
EVENING = time(10, tzinfo=UTC)
"""When a report is made, in UTC."""
SHEET = "积分月报"
_NAME = re.compile(r"(\d{4}-\d{2})\.xlsx")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EXCEL_ZERO = date(1899, 12, 30)
_LOGIN_PAGE = HTMLResponse('<html><form action="/login" method="post">请登录</form></html>')


class LoginWanted(Exception):
    """No session, or one that has worn out: the browser is sent to the login page."""


class Sessions:
    """Sessions of this process and how many requests each still serves."""

    def __init__(self) -> None:
        self._left: dict[str, int] = {}

    def open(self) -> str:
        """A new session."""
        session = secrets.token_hex(16)
        self._left[session] = SESSION_REQUESTS
        return session

    def forget(self) -> None:
        """Nobody is known any more."""
        self._left = {}

    async def check(self, session: str = Cookie("", alias="JSESSIONID")) -> None:
        """Use up one request of the session in the cookie."""
        if self._left.get(session, 0) <= 0:
            raise LoginWanted
        self._left[session] -= 1
        if not self._left[session]:
            del self._left[session]


def mount(app: FastAPI, world: World) -> None:
    """Login form, reports and the connector."""
    sessions = Sessions()
    world.has_layout = True
    world.forget_logins.append(sessions.forget)
    _mount_login(app, world, sessions)
    routes = APIRouter(prefix="/reports", dependencies=[Depends(sessions.check)])

    @routes.get("/")
    async def listing(request: Request) -> Response:
        months = sorted({f"{row.event.began:%Y-%m}" for row in world.visible()})
        found = {"reports": [f"{month}.xlsx" for month in months]}
        return tagged(request, json.dumps(found).encode(), "application/json")

    @routes.get("/{name}")
    async def report(request: Request, name: str) -> Response:
        found = _NAME.fullmatch(name)
        month = found[1] if found else ""
        rows = [row for row in world.visible() if f"{row.event.began:%Y-%m}" == month]
        if not rows:
            raise HTTPException(404, "Not Found")
        columns = RENAMED if world.layout_changed else COLUMNS
        made = datetime.combine(max(row.visible_on for row in rows), EVENING)
        return dated(request, report_of(month, rows, columns), XLSX, made)

    app.include_router(routes)
    app.include_router(marking.router(world, "/connector", sessions.check))


def _mount_login(app: FastAPI, world: World, sessions: Sessions) -> None:
    @app.get("/login")
    async def form() -> HTMLResponse:
        return _LOGIN_PAGE

    @app.post("/login")
    async def login(request: Request) -> Response:
        form = parse_qs((await request.body()).decode())
        password = form.get("password", [""])[0].encode()
        right = hmac.compare_digest(password, world.credentials.secret.encode())
        if form.get("user") != [world.credentials.user] or not right:
            return HTMLResponse("<html>用户名或密码错误</html>", 403)
        answer = RedirectResponse("/reports/", 303)
        answer.set_cookie("JSESSIONID", sessions.open(), httponly=True)
        return answer

    @app.exception_handler(LoginWanted)
    async def send_to_login(_: Request, __: Exception) -> Response:
        return RedirectResponse("/login", 302)


def report_of(month: str, rows: list[Row], columns: Sequence[str] = COLUMNS) -> bytes:
    """One month's workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet(SHEET)
        formats = {"date": book.add_format({"num_format": "yyyy-mm-dd"})}
        sheet.merge_range(0, 0, 0, len(COLUMNS) - 1, "居住证积分月报（演示数据，人物均为虚构）")
        year, number = month.split("-")
        sheet.write(1, 0, f"报表月份：{dirt.wide(year)}年{dirt.wide(str(int(number)))}月")
        sheet.write_row(2, 0, columns)
        for at, row in enumerate(rows):
            _write(sheet, 3 + at, row, formats["date"])
        sheet.write_row(3 + len(rows), 0, ["合计", "", "", "", len(rows)])
    return file.getvalue()


def _write(sheet: Any, line: int, row: Row, date_format: Any) -> None:
    event = row.event
    if event.flaw is Flaw.BROKEN:
        sheet.write_row(line, 0, [line - 2, "#REF!"])
        return
    cells = [line - 2, dirt.member(event), "示例·略", dirt.word(event), dirt.number(event)]
    sheet.write_row(line, 0, cells)
    form = scatter(event.event_id, "cell") % 4
    if event.flaw not in (Flaw.NONE, Flaw.UNKNOWN_MEMBER, Flaw.FUTURE) or form == 0:
        sheet.write_string(line, 5, dirt.day_text(event, "{t:%Y-%m-%d}"))
    elif form == 1:
        sheet.write_number(line, 5, (dirt.moment(event).date() - _EXCEL_ZERO).days)
    else:
        when = dirt.moment(event)
        sheet.write_datetime(line, 5, datetime(when.year, when.month, when.day), date_format)  # noqa: DTZ001 - Excel knows no zones
