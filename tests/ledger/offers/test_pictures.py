"""Pictures are what their bytes say, and hold nothing but what can be seen."""

from __future__ import annotations

import contextlib
import io
import uuid
from typing import Any

import pytest
from PIL import Image

from ledger.errors import Refused, Rejected
from ledger.offers.pictures import checked
from tests.ledger.offers.stand import ACCEPTOR, HAIRCUT, Stand

SECRET = b"N30.6598 E104.0633"
KINDS = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


def picture(
    kind: str, mode: str = "RGB", size: tuple[int, int] = (64, 48), **more: object
) -> bytes:
    """A picture with a place in its notes."""
    image = Image.effect_noise(size, 80).convert(mode)
    exif = image.getexif()
    exif[0x010E] = SECRET.decode()
    out = io.BytesIO()
    image.save(out, kind, exif=exif, **more)
    return out.getvalue()


def code_of(content: bytes) -> str:
    """Of the refusal."""
    with pytest.raises(Rejected) as met:
        checked(content)
    return met.value.code


@pytest.mark.parametrize(
    ("kind", "mode", "more"),
    [
        ("PNG", "RGB", {}),
        ("PNG", "P", {}),
        ("JPEG", "RGB", {"comment": SECRET}),
        ("JPEG", "RGB", {"progressive": True, "quality": 95}),
        ("JPEG", "L", {"restart_marker_blocks": 2}),
        ("WEBP", "RGB", {}),
        ("WEBP", "RGBA", {"lossless": True}),
        ("WEBP", "RGBA", {"quality": 50}),
    ],
)
def test_what_a_camera_writes_is_left_out_and_the_picture_stays(
    kind: str, mode: str, more: dict[str, Any]
) -> None:
    sent = picture(kind, mode, **more)

    found = checked(sent + b"<script>alert(1)</script>")

    assert SECRET in sent
    assert (found.media, found.width, found.height) == (KINDS[kind], 64, 48)
    assert SECRET not in found.content
    assert b"<script>" not in found.content
    with Image.open(io.BytesIO(found.content)) as kept, Image.open(io.BytesIO(sent)) as first:
        assert (kept.format, kept.tobytes()) == (kind, first.tobytes())
    assert checked(found.content) == found


@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_that_is_cut_anywhere_is_refused(kind: str) -> None:
    sent = picture(kind, size=(20, 20))

    for end in range(12, len(sent) - 2, 7):
        assert code_of(sent[:end]) in ("offer.picture-spoilt", "offer.picture-unknown"), end


@pytest.mark.parametrize("kind", KINDS)
def test_no_byte_changed_makes_anything_but_a_picture_or_a_refusal(kind: str) -> None:
    sent = bytearray(picture(kind, size=(20, 20)))

    for place in range(0, len(sent), 3):
        for value in (0x00, 0xFF, sent[place] ^ 0x80):
            changed = bytes(sent[:place]) + bytes([value]) + bytes(sent[place + 1 :])
            # Anything but a refusal of ours would end the test.
            with contextlib.suppress(Rejected):
                assert checked(changed).media in KINDS.values()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>",
        b"GIF89a" + bytes(40),
        b"<html>",
        b"%PDF-1.7",
        b"\x89PNG",
        b"RIFF\0\0\0\0WAVE",
    ],
)
def test_other_formats_are_refused(content: bytes) -> None:
    assert code_of(content) == "offer.picture-unknown"


def test_moving_pictures_and_odd_sizes_are_refused() -> None:
    frames = [Image.new("RGB", (32, 32), colour) for colour in ("red", "blue")]
    out = io.BytesIO()
    frames[0].save(out, "WEBP", save_all=True, append_images=frames[1:])

    assert code_of(out.getvalue()) == "offer.picture-spoilt"
    assert code_of(picture("PNG", size=(8, 64))) == "offer.picture-size"
    assert code_of(picture("PNG", size=(5_000, 16))) == "offer.picture-size"


def test_an_offer_shows_each_picture_once_and_six_at_most(at: Stand) -> None:
    offering, offer = at.market.offering, at.offer()
    sent = [picture("PNG", size=(20, 20 + n)) for n in range(7)]

    for content in (*sent[:6], sent[0]):
        shown = offering.add_picture(offer.id, content)
    with pytest.raises(Refused) as full:
        offering.add_picture(offer.id, sent[6])
    offering.drop_picture(offer.id, shown.pictures[0])

    assert len(set(shown.pictures)) == 6
    assert full.value.fields == {"most": 6}
    assert offering.read(offer.id).pictures == shown.pictures[1:]


def test_a_picture_stays_for_as_long_as_any_offer_shows_it(at: Stand) -> None:
    offering, content = at.market.offering, picture("PNG")
    one, two = at.offer(), str(uuid.uuid4())
    offering.create(two, ACCEPTOR, HAIRCUT)
    (name,) = offering.add_picture(one.id, content).pictures
    offering.add_picture(two, content)

    offering.drop_picture(one.id, name)
    with pytest.raises(Rejected) as gone:
        offering.picture(one.id, name)

    assert gone.value.code == "offer.picture-missing"
    assert offering.picture(two, name) == checked(content)
