"""The certification standard as it is installed here, and whether the chain agreed on it.

Everybody may read it. What stands in files is read once in a process; only whether the chain's
rates name it is asked of the projection, at each request.
"""

from __future__ import annotations

from functools import cache
from typing import Annotated

from fastapi import Path

from api.guard import Calling, resource
from api.reading import Projection
from api.standard.schemas import AgreedShape, SchemeOfStandardShape, StandardShape
from issuers.standard.agreeing import agreed_from
from issuers.standard.catalogue import Standard, load
from ledger.errors import Rejected

router = resource("standard", "public")
Scheme = Annotated[str, Path(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]


@router.get("", operation_id="get_standard")
def get_standard(call: Calling) -> StandardShape:
    """认证标准 · The certification standard: what each activity is worth, and on whose word."""
    return _shown(call.office.projection)


@router.get("/{scheme}", operation_id="get_scheme_standard")
def get_scheme_standard(call: Calling, scheme: Scheme) -> SchemeOfStandardShape:
    """一个计划的认证标准 · One scheme's part of it."""
    whole = _shown(call.office.projection)
    found = next((one for one in whole.schemes if one.scheme == scheme), None)
    if found is None:
        raise Rejected("request.no-such-item", field="scheme")
    return SchemeOfStandardShape.of(whole, found)


def _shown(projection: Projection) -> StandardShape:
    return _installed_shape().model_copy(update={"agreed": _agreed(projection)})


def _agreed(projection: Projection) -> AgreedShape | None:
    """By the newest rate of each activity; None before the first block was read."""
    if projection.indexed() is None:
        return None
    hashes = {
        one.activity.activity: one.rates[-1].standard_hash
        for one in projection.activities()
        if one.rates
    }
    same, of = agreed_from(_installed(), hashes), len(_installed().by_id)
    return AgreedShape(same=same == of, activities=same, of=of)


@cache
def _installed() -> Standard:
    """It comes with the software and changes with it."""
    return load()


@cache
def _installed_shape() -> StandardShape:
    return StandardShape.of(_installed(), None)
