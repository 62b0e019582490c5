"""Doing together what several threads ask at the same time: one transaction for all of them.

The first to come does all that has gathered while others waited for their turn, so a busy service
commits seldom and an idle one at once. Knows nothing of what is done.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from ledger.errors import TongduiError
from ledger.store.engine import rehearsing

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")
MOST = 200
"""Of one go."""


class _Slot(Generic[Asked, Answer]):
    """One thread's wish and what became of it."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.heard = threading.Event()
        """That it is done, or that this thread's turn has come."""
        self.done = False
        self.answer: Answer | None = None
        self.error: BaseException | None = None


class Together(Generic[Asked, Answer]):
    """``run`` takes what was asked, in order, and answers or refuses each; it commits for all."""

    def __init__(self, run: Callable[[Sequence[Asked]], Sequence[Answer | TongduiError]]) -> None:
        self._run = run
        self._gathering = threading.Lock()
        self._at_work = False
        self._slots: list[_Slot[Asked, Answer]] = []

    def do(self, asked: Asked) -> Answer:
        """What ``run`` answers to it; raises what it refuses it with, or what broke it."""
        if rehearsing():
            return self._alone(asked)
        slot: _Slot[Asked, Answer] = _Slot(asked)
        with self._gathering:
            self._slots.append(slot)
            waits, self._at_work = self._at_work, True
        if waits:
            slot.heard.wait()
        while not slot.done:
            self._go()
            self._hand_on(slot)
        if slot.error is not None:
            raise slot.error
        return slot.answer  # type: ignore[return-value]  # None is an answer, where run gives it

    def _alone(self, asked: Asked) -> Answer:
        """In a rehearsal, which no other thread takes part in."""
        answer = self._run([asked])[0]
        if isinstance(answer, TongduiError):
            raise answer
        return answer

    def waiting(self) -> int:
        """How many have asked and are in no go yet."""
        with self._gathering:
            return len(self._slots)

    def _hand_on(self, slot: _Slot[Asked, Answer]) -> None:
        """Whoever has waited longest has the next turn, once one's own wish is done."""
        with self._gathering:
            if not slot.done:
                return
            self._at_work = bool(self._slots)
            if self._at_work:
                self._slots[0].heard.set()

    def _go(self) -> None:
        with self._gathering:
            slots, self._slots = self._slots[:MOST], self._slots[MOST:]
        try:
            answers = self._run([slot.asked for slot in slots])
            for slot, answer in zip(slots, answers, strict=True):
                if isinstance(answer, TongduiError):
                    slot.error = answer
                else:
                    slot.answer = answer
        except BaseException as error:  # noqa: BLE001  # each thread must hear that it broke
            for slot in slots:
                slot.error = error
        for slot in slots:
            slot.done = True
            slot.heard.set()
