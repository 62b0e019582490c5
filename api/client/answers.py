"""What every answer is besides its content: how it was given, and under which name to ask again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

from pydantic import BaseModel, ConfigDict, PrivateAttr


@dataclass(frozen=True, slots=True)
class Answer:
    """How the API answered."""

    status: int
    etag: str | None = None
    location: str | None = None
    idempotency_key: str | None = None
    """The command's name: sent again with it, the same command has no second effect."""
    replayed: bool = False
    """Whether the command had been answered before and this is that answer."""
    sandbox: bool = False
    """Whether an example network answered, whose residents are invented."""

    @property
    def on_its_way(self) -> bool:
        """Whether it was accepted but stands in no block yet."""
        return self.status == 202


class Model(BaseModel):
    """Of every shape. What a newer API says beyond it is left out; nothing of it can be changed."""

    model_config = ConfigDict(extra="ignore", frozen=True, populate_by_name=True)

    _answer: Answer | None = PrivateAttr(default=None)

    @property
    def answer(self) -> Answer:
        """How it was answered; only what a call returned has it, not the parts inside."""
        if self._answer is None:
            raise AttributeError("answer: this is a part of an answer, or was never sent")
        return self._answer

    def answered(self, how: Answer) -> Self:
        """The same, with how it was answered."""
        self._answer = how
        return self


@dataclass(frozen=True, slots=True)
class Event:
    """One of a stream of server-sent events."""

    id: str
    """After which to go on, sent as ``Last-Event-ID``."""
    event: str
    data: str


@dataclass(frozen=True, slots=True)
class Download:
    """Content that is not JSON: a statement, a picture."""

    content: bytes
    media_type: str
    answer: Answer
