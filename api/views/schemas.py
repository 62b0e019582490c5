"""Shapes of looks at a resident's data."""

from __future__ import annotations

from typing import Self

from api.residents.schemas import SAMPLE_AT, SAMPLE_KEY
from api.shapes import Moment, Shape, example, moment
from ledger.store.residents_deeds import ViewRow


class ViewShape(Shape):
    """一次查看：何时、谁、看了什么、为什么 · when, who, what, and why where that was said."""

    model_config = example(
        at=SAMPLE_AT,
        who=SAMPLE_KEY,
        role="worker",
        label="示例社区服务点 2 号窗口",
        what="get_balance",
        why="居民到场询问余额",
    )

    at: Moment
    who: str
    role: str
    label: str
    what: str
    why: str

    @classmethod
    def of(cls, view: ViewRow) -> Self:
        """As it is shown."""
        return cls(
            at=moment(view.at_s),
            who=view.who,
            role=view.role,
            label=view.label,
            what=view.what,
            why=view.why,
        )


class ViewPage(Shape):
    """查看记录，新的在前 · looks, newest first."""

    model_config = example(views=[], next_cursor=None)

    views: list[ViewShape]
    next_cursor: str | None
