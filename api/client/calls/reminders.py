"""Operations on reminders, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.reminders import ReminderShape


class RemindersCalls(Connection):
    """Mixed into the client."""

    def get_reminder(self, reminder_id: str, *, if_none_match: str | None = None) -> ReminderShape:
        """查询一次到期提醒 · A reminder that an event told of. Roles: operator, resident."""
        return self._ask(
            ReminderShape,
            "GET",
            self._path("/v1/reminders/{reminder_id}", {"reminder_id": reminder_id}),
            headers={"If-None-Match": if_none_match},
        )
