"""Operations on standard, written by `python -m scripts.client_code`; not to be edited."""

from __future__ import annotations

from api.client.connection import Connection
from api.client.shapes.standard import SchemeOfStandardShape, StandardShape


class StandardCalls(Connection):
    """Mixed into the client."""

    def get_standard(self, *, if_none_match: str | None = None) -> StandardShape:
        """认证标准 · The certification standard: what each activity is worth, and on whose word."""
        return self._ask(
            StandardShape, "GET", "/v1/standard", headers={"If-None-Match": if_none_match}
        )

    def get_scheme_standard(
        self, scheme: str, *, if_none_match: str | None = None
    ) -> SchemeOfStandardShape:
        """一个计划的认证标准 · One scheme's part of it."""
        return self._ask(
            SchemeOfStandardShape,
            "GET",
            self._path("/v1/standard/{scheme}", {"scheme": scheme}),
            headers={"If-None-Match": if_none_match},
        )
