"""A form as the browser sent it: its fields as text, choices and points. Knows no pages.

What a field cannot be is Rejected with the field's name, so that the page shows it beside the
field; what it must be, the API says itself.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Collection, Mapping

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request

from ledger.errors import Refused, Rejected
from ledger.units import UNITS_PER_POINT

COMMAND = "command"
OURS = "form"
"""The hidden fields of every form."""
FIELDS_MOST = 200
_POINTS = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")


class Form:
    """What was sent. Unknown fields are empty, as those are that a person left so."""

    def __init__(self, fields: Mapping[str, list[str]]) -> None:
        self._fields = fields

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

    def units(self, name: str) -> int:
        """Points with two places at most, as units; Rejected("page.not-a-number")."""
        parts = _POINTS.fullmatch(_narrow(self.needed(name)))
        if parts is None:
            raise Rejected("page.not-a-number", field=name)
        return int(parts[1]) * UNITS_PER_POINT + int((parts[2] or "").ljust(2, "0"))

    @property
    def command(self) -> str:
        """The name of what the form asks for: the same however often it is sent."""
        try:
            return str(uuid.UUID(self.text(COMMAND)))
        except ValueError:
            raise Refused("page.form-stale") from None


NOTHING = Form({})


async def read_form(request: Request) -> Form:
    """The form of a POST, empty for what is none; Refused("page.form-stale") for one with more
    fields than ours have, or with files."""
    try:
        async with request.form(max_fields=FIELDS_MOST, max_files=0) as sent:
            return _read(sent)
    except HTTPException:
        raise Refused("page.form-stale") from None


def _read(sent: FormData) -> Form:
    fields = dict[str, list[str]]()
    for name, value in sent.multi_items():
        if isinstance(value, str):
            fields.setdefault(name, []).append(value)
    return Form(fields)


def _narrow(text: str) -> str:
    """Full-width digits and points as narrow ones, without grouping."""
    wide = {ord("０") + digit: str(digit) for digit in range(10)} | {ord("．"): ".", ord("。"): "."}
    return text.translate(wide).replace(",", "").replace("，", "").replace(" ", "")
