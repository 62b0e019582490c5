"""What machines ask about this process: alive, ready, counts, and the OpenAPI document."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from api import meters
from api.office import Office
from api.openapi import document

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
def healthz() -> dict[str, str]:
    """The process answers."""
    return {"status": "ok"}


@router.get("/readyz")
def readyz(request: Request) -> JSONResponse:
    """All parts work, else 503 and which does not."""
    office: Office = request.app.state.office
    ready = office.readiness.look()
    return JSONResponse(ready.model_dump(), 200 if ready.ready else 503)


@router.get("/metrics")
def metrics(request: Request) -> Response:
    """Counts in Prometheus' text format."""
    office: Office = request.app.state.office
    shown = office.meters.shown(office.readiness.figures())
    return Response(shown, media_type=meters.CONTENT_TYPE)


@router.get("/openapi.json")
def openapi(request: Request) -> JSONResponse:
    """The OpenAPI 3.1 document."""
    return JSONResponse(document(request.app))
