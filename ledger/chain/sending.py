"""Sending what is recorded: in nonce order, a bounded number at a time, again where it was lost.

Which was handed over when is kept in memory only: after a start everything that waits is sent once
more, the same bytes as before. A node's refusal is kept in the row, in the node's words; a row that
the node refuses holds back those behind it, and after some refusals it counts as stuck.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ledger.chain.answers import SendAnswer, SendMeaning
from ledger.chain.gateway import Gateway
from ledger.faults import Faults
from ledger.store import outbox as store
from ledger.store.engine import Connection, Engine, reading, transaction
from ledger.store.outbox import Waiting

BACK_OFF_S = 0.5
"""Wait after the first refusal; doubled with each."""
AT_A_TIME = 16
"""Transactions handed over in one request, so that a node can mine some while it takes others."""
_ROUNDS = 3
"""Further requests in one step: what an answer shows to be lost is sent again at once."""
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Habits:
    """How a network wants to be sent to; the defaults suit every engine of ours."""

    in_flight: int = 64
    """Most transactions handed over and not yet mined."""
    first_alone: bool = True
    """A sender that the chain does not know has one in flight until it is mined."""
    resend_blocks: int = 5
    """The earliest one is sent again when so many blocks have come without it."""
    resend_s: float = 15.0
    """And after so many seconds, for a chain that makes no blocks when nothing waits."""
    refusals_until_stuck: int = 5
    """From so many refusals in a row on, a person should look."""
    back_off_max_s: float = 30.0
    """Longest wait between attempts of a refused one."""


@dataclass
class _Attempt:
    block: int
    at_s: float
    again_s: float | None = None
    """When a refused one may be tried again; None where the node took it."""


class Sending:
    """Sends one key's rows through one node."""

    def __init__(
        self,
        engine: Engine,
        gateway: Gateway,
        sender: bytes,
        faults: Faults,
        habits: Habits,
        clock: Callable[[], float],
    ) -> None:
        self._engine = engine
        self._gateway = gateway
        self._sender = sender
        self._faults = faults
        self._habits = habits
        self._clock = clock
        self._attempts: dict[int, _Attempt] = {}
        self.suspects: set[int] = set()
        """Nonces that the node calls used, and that we have not seen mined."""

    def send(self, head: int) -> int:
        """Hands over what is due; ``head`` is the newest block's number. How many the node took.

        Raises Unavailable or OutcomeUnknown; both are mended by calling again.
        """
        taken = 0
        for _ in range(_ROUNDS + self._habits.in_flight // AT_A_TIME):
            with reading(self._engine) as connection:
                window = self._window(connection)
                due = self._due(window, head)[:AT_A_TIME]
                raws = store.raws(connection, [row.id for row in due])
            if not due:
                break
            answers = self._gateway.send_raw(raws)
            taken += self._note(window, due, answers, head)
        return taken

    def forget(self) -> None:
        """The node may have lost its pool: everything that waits is due at once."""
        self._attempts.clear()

    def _window(self, connection: Connection) -> list[Waiting]:
        """The rows that may be in the node's pool now, in nonce order."""
        waiting = store.waiting(connection, self._sender)
        nonces = {row.nonce for row in waiting}
        self.suspects &= nonces
        self._attempts = {n: kept for n, kept in self._attempts.items() if n in nonces}
        alone = self._habits.first_alone and not self._known(connection)
        return waiting[: 1 if alone else self._habits.in_flight]

    def _known(self, connection: Connection) -> bool:
        kept = store.sender(connection, self._sender)
        used_before = kept is not None and kept.first_nonce > 0
        return used_before or store.ever_mined(connection, self._sender)

    def _due(self, window: Sequence[Waiting], head: int) -> list[Waiting]:
        """What was never handed over, and the earliest of the others when its time has come."""
        due: list[Waiting] = []
        for row in window:
            attempt = self._attempts.get(row.nonce)
            if attempt is None:
                due.append(row)
            elif attempt.again_s is not None:
                return due if self._clock() < attempt.again_s else [*due, row]
            elif row is window[0] and self._overdue(attempt, head):
                due.append(row)
        return due

    def _overdue(self, attempt: _Attempt, head: int) -> bool:
        waited_s = self._clock() - attempt.at_s
        blocks = head - attempt.block
        return blocks >= self._habits.resend_blocks or waited_s >= self._habits.resend_s

    def _note(
        self,
        window: Sequence[Waiting],
        due: Sequence[Waiting],
        answers: Sequence[SendAnswer],
        head: int,
    ) -> int:
        """Commits what the node said of each; how many it took."""
        taken = list[Waiting]()
        with transaction(self._engine, self._faults) as connection:
            store.count_attempts(connection, [row.id for row in due])
            for row, answer in zip(due, answers, strict=True):
                again = self._attempts.get(row.nonce)
                self._attempts[row.nonce] = _Attempt(head, self._clock())
                match answer.meaning:
                    case SendMeaning.ACCEPTED | SendMeaning.KNOWN:
                        taken.append(row)
                        had_it = again is not None and again.again_s is None
                        if had_it and answer.meaning is SendMeaning.ACCEPTED:
                            self._lost(window, after=row.nonce)
                    case SendMeaning.NONCE_USED:
                        self.suspects.add(row.nonce)
                    case SendMeaning.NONCE_AHEAD:
                        self._gap(window, row)
                    case _:
                        self._refused(connection, row, answer.words)
            store.mark_sent(connection, taken)
            for row in taken:
                if row.refusals:
                    store.forget_refusals(connection, row.id)
        return len(taken)

    def _lost(self, window: Sequence[Waiting], *, after: int) -> None:
        """The node did not have the earliest any more, so it has none of those behind it."""
        for row in window:
            if row.nonce > after:
                self._attempts.pop(row.nonce, None)

    def _gap(self, window: Sequence[Waiting], ahead: Waiting) -> None:
        """The node misses an earlier one: all that it was said to have are sent again."""
        for row in window:
            attempt = self._attempts.get(row.nonce)
            if row.nonce <= ahead.nonce and attempt and attempt.again_s is None:
                del self._attempts[row.nonce]

    def _refused(self, connection: Connection, row: Waiting, words: str) -> None:
        refusals = row.refusals + 1
        wait_s = min(self._habits.back_off_max_s, BACK_OFF_S * 2 ** min(row.refusals, 20))
        self._attempts[row.nonce].again_s = self._clock() + wait_s
        store.note_refusal(connection, row.id, words)
        if refusals == self._habits.refusals_until_stuck:
            _log.error("nonce %d (%s) is stuck: the node says %s", row.nonce, row.id, words)
