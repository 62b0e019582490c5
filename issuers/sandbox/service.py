"""Puts one outside system together: its own routes, the connector and the control handles."""

from __future__ import annotations

from collections.abc import Callable

from fastapi import FastAPI

from issuers.sandbox import blood, control, culture, environment, residence, traffic, volunteer
from issuers.sandbox.kinds import Scheme
from issuers.sandbox.world import World

TITLES: dict[Scheme, str] = {
    Scheme.VOLUNTEER: "志愿服务",
    Scheme.TRAFFIC: "蓉e行",
    Scheme.ENVIRONMENT: "早点星球",
    Scheme.CULTURE: "文化消费",
    Scheme.RESIDENCE: "居住证",
    Scheme.BLOOD: "无偿献血",
}
_MOUNTS: dict[Scheme, Callable[[FastAPI, World], None]] = {
    Scheme.VOLUNTEER: volunteer.mount,
    Scheme.TRAFFIC: traffic.mount,
    Scheme.CULTURE: culture.mount,
    Scheme.RESIDENCE: residence.mount,
    Scheme.BLOOD: blood.mount,
}


def build(world: World) -> FastAPI:
    """The service of the world's scheme."""
    if world.scheme is Scheme.ENVIRONMENT:
        return environment.build(world)
    app = FastAPI(title=f"{TITLES[world.scheme]} · sandbox")
    _MOUNTS[world.scheme](app, world)
    app.include_router(control.router(world))
    return app
