"""Messages to residents: recorded with what they tell of, sent after it is committed.

A message is sent at least once; its id lets a sender send it once. How it travels is the sender's
business: the first one leaves files for whoever prints or sends them.
"""

from __future__ import annotations

import json
import logging
import os
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Protocol

from ledger.store import residents_deeds as rows
from ledger.store.engine import Connection, Engine, reading, rehearsing, transaction
from ledger.store.residents_deeds import MessageRow

CODE = "code"
USED = "delegate-used"
AT_A_TIME = 100
_log = logging.getLogger(__name__)


class Sender(Protocol):
    """Brings words to where a resident reads them."""

    def send(self, message_id: str, contact: str, words: str) -> None:
        """Returns once it is on its way; the same id again is the same message. OSError or any
        other error: not now."""
        ...


class FileOutbox:
    """A file for each message, for a gateway or a printer to take away."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def send(self, message_id: str, contact: str, words: str) -> None:
        """Whole or not at all."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        content = {"id": message_id, "to": contact, "words": words}
        file = self._folder / f"{message_id}.json"
        part = file.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as opened:
            json.dump(content, opened, ensure_ascii=False)
        part.replace(file)


class Post:
    """What waits to be sent. Safe to call from any thread."""

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float],
        sender: Sender,
        resting: Callable[[], Collection[str]] = tuple,
    ) -> None:
        """``resting``: kinds of messages that are not sent now, as it is night."""
        self._engine = engine
        self._resting = resting
        self._clock = clock
        self._sender = sender

    def record(
        self,
        connection: Connection,
        message_id: str,
        wallet: str,
        contact: str | None,
        kind: str,
        words: str,
        order: str | None = None,
    ) -> None:
        """In the caller's transaction; ``order``: sent once that order is there."""
        if rows.is_message(connection, message_id):
            return
        made_s = int(self._clock())
        row = MessageRow(0, message_id, wallet, contact, kind, words, order, made_s, None)
        rows.add_message(connection, row)

    def deliver(self) -> int:
        """Sends what waits, codes first; how many. What can't go now goes with the next call;
        nothing goes that is only rehearsed."""
        if rehearsing():
            return 0
        with reading(self._engine) as connection:
            waiting = rows.unsent(connection, AT_A_TIME, CODE, self._resting())
        sent = 0
        for row in waiting:
            assert row.contact is not None
            try:
                self._sender.send(row.id, row.contact, row.words)
            except Exception:  # noqa: BLE001 - any sender's: the message stays
                _log.exception("message %s waits", row.id)
                continue
            with transaction(self._engine) as connection:
                gone = row.kind == CODE
                rows.note_sent(connection, row.id, int(self._clock()), words_gone=gone)
            sent += 1
        return sent
