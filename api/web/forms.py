"""A form as the browser sent it: its fields as text, choices, points and files. Knows no pages.

What a field cannot be is Rejected with the field's name, so that the page shows it beside the
field; what it must be, the API says itself.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping
from typing import NamedTuple

from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request

from ledger.errors import Refused, Rejected
from ledger.units import UNITS_PER_POINT

COMMAND = "command"
OURS = "form"
"""The hidden fields of every form."""
FIELDS_MOST = 200
_POINTS = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
_COMMANDS = uuid.UUID("6a4d64b4-6d0e-5c2f-8d8f-2f4a9b0e7c55")
"""Names the commands of a form's parts after the form's own."""


class File(NamedTuple):
    """A file that was sent."""

    name: str
    media_type: str
    content: bytes


class Form:
    """What was sent. Unknown fields are empty, as those are that a person left so."""

    def __init__(self, fields: Mapping[str, list[str]], files: Mapping[str, File]) -> None:
        self._fields = fields
        self._files = files

    def text(self, name: str) -> str:
        """The field without space around it; the last one where several have the name."""
        given = self._fields.get(name)
        return given[-1].strip() if given else ""

    def needed(self, name: str) -> str:
        """As ``text``; Rejected("page.empty") where there is none."""
        text = self.text(name)
        if not text:
            raise Rejected("page.empty", field=name)
        return text

    def every(self, name: str) -> list[str]:
        """All fields of that name, such as boxes that were ticked."""
        return list(self._fields.get(name, ()))

    def ticked(self, name: str) -> bool:
        """Whether a box was ticked."""
        return bool(self.text(name))

    def choice(self, name: str, of: Collection[str]) -> str:
        """One of these; Rejected("page.no-choice")."""
        text = self.needed(name)
        if text not in of:
            raise Rejected("page.no-choice", field=name)
        return text

    def whole(self, name: str) -> int:
        """A whole number; Rejected("page.not-a-number")."""
        text = _narrow(self.needed(name))
        if not re.fullmatch(r"\d{1,12}", text):
            raise Rejected("page.not-a-number", field=name)
        return int(text)

    def units(self, name: str) -> int:
        """Points with two places at most, as units; Rejected("page.not-a-number")."""
        parts = _POINTS.fullmatch(_narrow(self.needed(name)))
        if parts is None:
            raise Rejected("page.not-a-number", field=name)
        return int(parts[1]) * UNITS_PER_POINT + int((parts[2] or "").ljust(2, "0"))

    def file(self, name: str) -> File | None:
        """A file that was chosen."""
        return self._files.get(name)

    @property
    def command(self) -> str:
        """The name of what the form asks for: the same however often it is sent."""
        try:
            return str(uuid.UUID(self.text(COMMAND)))
        except ValueError:
            raise Refused("page.form-stale") from None

    def command_for(self, part: str) -> str:
        """The same for one of several commands that the form stands for."""
        return str(uuid.uuid5(_COMMANDS, f"{self.command} {part}"))


NOTHING = Form({}, {})


async def read_form(request: Request) -> Form:
    """The form of a POST; Rejected("page.form-stale") for what is none."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Rejected("request.not-json", field="Content-Type")
    async with request.form(max_fields=FIELDS_MOST, max_files=4) as sent:
        return await _read(sent)


async def _read(sent: FormData) -> Form:
    fields, files = dict[str, list[str]](), dict[str, File]()
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            content = await value.read()
            if content:
                kind = value.content_type or "application/octet-stream"
                files[name] = File(value.filename or "", kind, content)
        else:
            fields.setdefault(name, []).append(value)
    return Form(fields, files)


def _narrow(text: str) -> str:
    """Full-width digits and points as narrow ones, without grouping."""
    wide = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("。"): "."}
    return text.translate(wide).replace(",", "").replace("，", "").replace(" ", "")
