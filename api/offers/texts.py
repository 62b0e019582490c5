"""Text that people write and others read: one line or several, of characters that can be seen."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

from ledger.offers.letters import in_lines, in_one_line, unwritable


def _line(text: str) -> str:
    return _visible(in_one_line(text))


def _lines(text: str) -> str:
    return _visible(in_lines(text))


def _visible(text: str) -> str:
    found = unwritable(text)
    if found is not None:
        message = "it holds a character that can't be shown ({character})"
        raise PydanticCustomError("unwritable", message, {"character": found})
    return text


def _some(text: str) -> str:
    if not text:
        raise PydanticCustomError("empty_text", "it must not be empty")
    return text


Title = Annotated[str, StringConstraints(max_length=60), AfterValidator(_line)]
_SEEN = Field(json_schema_extra={"pattern": r"\S"})
"""As ``_some`` says it of what is sent."""
TitleGiven = Annotated[Title, AfterValidator(_some), _SEEN]
TitleEnglish = Annotated[str, StringConstraints(max_length=120), AfterValidator(_line)]
Organisation = Annotated[
    str, StringConstraints(max_length=100), AfterValidator(_line), AfterValidator(_some), _SEEN
]
District = Annotated[str, StringConstraints(max_length=40), AfterValidator(_line)]
DistrictGiven = Annotated[District, AfterValidator(_some), _SEEN]
Lines = Annotated[str, StringConstraints(max_length=2_000), AfterValidator(_lines)]
LinesGiven = Annotated[Lines, AfterValidator(_some), _SEEN]
Reason = Annotated[
    str, StringConstraints(max_length=1_000), AfterValidator(_lines), AfterValidator(_some), _SEEN
]
