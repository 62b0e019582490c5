"""The one error tree. It is split by what the caller should do next, not by where it arose.

    TongduiError
    ├── Rejected         your input is wrong: mend it, never retry as it is
    ├── Refused          the input is fine, the state says no: wait, ask, or choose otherwise
    ├── Unavailable      nothing happened: the same call may be tried again
    ├── OutcomeUnknown   sent, no answer: reconcile before anything else
    └── Broken           an invariant failed: stop and call a person

Each error carries a stable ``code`` (``area.what-is-wrong``) and typed ``fields``. Sentences and
fixes in both languages stand in ``ledger/refusals.py`` under the code; this module knows no text,
no HTTP and no chain.
"""

from __future__ import annotations

from typing import ClassVar

FieldValue = int | str | bytes | bool | None


class TongduiError(Exception):
    """Any error of ours. ``code`` is stable; ``fields`` hold the values that explain it."""

    status_word: ClassVar[str] = "error"

    def __init__(self, code: str, /, **fields: FieldValue) -> None:
        super().__init__(code)
        self.code = code
        self.fields: dict[str, FieldValue] = fields

    def __str__(self) -> str:
        inside = ", ".join(f"{name}={_shown(value)}" for name, value in self.fields.items())
        return f"{self.code}({inside})"


class Rejected(TongduiError):
    """The input can never be taken as it is."""

    status_word = "rejected"


class Refused(TongduiError):
    """The state says no to an input that is fine in itself."""

    status_word = "refused"


class Unavailable(TongduiError):
    """Nothing happened; the same call may be tried again."""

    status_word = "unavailable"


class OutcomeUnknown(TongduiError):
    """The effect may or may not have happened; reconcile under the same id."""

    status_word = "outcome-unknown"


class Broken(TongduiError):
    """An invariant failed. Stop; do not retry, do not repair by hand."""

    status_word = "broken"


def _shown(value: FieldValue) -> str:
    return "0x" + value.hex() if isinstance(value, bytes) else str(value)
