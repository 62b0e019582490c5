"""Pictures of offers: sent as they are, served as what they were found to be."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Path, Query, Request, Response

from api.guard import Calling, resource
from api.offers.endpoints import own, shown, visible
from api.offers.schemas import OfferShape
from api.shapes import Id, show, unshow
from api.trying import triable

BODY_MOST_BYTES = 1024 * 1024
PATH = r"/v1/offers/[A-Za-z0-9-]{1,64}/pictures"
"""Where so much more than elsewhere may be sent."""
MEDIA = ("image/png", "image/jpeg", "image/webp")
_BINARY = {"schema": {"type": "string", "contentMediaType": "application/octet-stream"}}
_SHOWN = {"content": dict.fromkeys(MEDIA, _BINARY), "description": "图片 · the picture"}
_SENT = {"requestBody": {"required": True, "content": dict.fromkeys(MEDIA, _BINARY)}}
router = resource("offers", "offers")
Name = Annotated[str, Path(pattern=r"^0x[0-9a-f]{64}$", description="SHA-256")]


async def body_of(request: Request) -> bytes:
    """The body as it was sent."""
    return await request.body()


@router.post(
    "/{offer_id}/pictures", status_code=201, operation_id="add_picture", openapi_extra=_SENT
)
def add_picture(
    call: Calling,
    offer_id: Id,
    content: Annotated[bytes, Depends(body_of)],
    dry_run: Annotated[bool, Query(description="只检查，不办理 · check only")] = False,
) -> OfferShape:
    """添加图片：PNG、JPEG 或 WebP · Show a picture; what cameras write into it is left out."""
    offering = own(call, offer_id)
    return shown(call, offering.add_picture(offer_id, content, dry_run=dry_run), dry_run)


@router.get(
    "/{offer_id}/pictures/{picture}",
    operation_id="get_picture",
    response_class=Response,
    responses={200: _SHOWN},
)
def get_picture(call: Calling, offer_id: Id, picture: Name) -> Response:
    """图片 · A picture that an offer shows."""
    visible(call, offer_id)
    found = call.office.market.offering.picture(offer_id, unshow(picture))
    kind = found.media.partition("/")[2]
    headers = {
        "Content-Disposition": f'inline; filename="{show(unshow(picture))[2:14]}.{kind}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
    }
    return Response(found.content, media_type=found.media, headers=headers)


@router.delete("/{offer_id}/pictures/{picture}", status_code=204, operation_id="drop_picture")
@triable
def drop_picture(call: Calling, offer_id: Id, picture: Name) -> None:
    """删除图片 · Show a picture no more."""
    own(call, offer_id).drop_picture(offer_id, unshow(picture))
