"""Shapes of who is calling."""

from __future__ import annotations

from pydantic import Field

from api.access import Role
from api.shapes import MemberNumber, Shape, example


class CallerShape(Shape):
    """请求所带密钥或会话是谁的 · whose key or session the request carries."""

    model_config = example(role="acceptor", member=3, member_name="社区食堂", key="5f2c9a7e11b0")

    role: Role
    member: MemberNumber | None = Field(description="所属成员单位 · the member whose key it is")
    member_name: str | None
    key: str = Field(description="密钥或会话的编号，不是密钥本身 · its id, not the secret")
