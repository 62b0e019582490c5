"""Who is calling."""

from __future__ import annotations

from api.caller.schemas import CallerShape
from api.guard import Calling, resource

router = resource("caller", "network")


@router.get("", operation_id="get_caller")
def get_caller(call: Calling) -> CallerShape:
    """我是谁：本密钥的角色与单位 · Who the caller is: the role and member of this key."""
    caller = call.caller
    names = call.office.directory.in_language(call.lang)
    name = None if caller.member is None else names(caller.member)
    return CallerShape(role=caller.role, member=caller.member, member_name=name, key=caller.key_id)
