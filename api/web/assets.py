"""Styles, scripts and pictures, read once, served under the hash of them all and for good.

One hash stands for the whole set, so modules import each other by relative paths. A name without
the hash, or with that of an older process, is answered too, to be asked for again each time. Of
what others wrote only an allow-list is served.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.errors import Rejected

FOLDER = Path(__file__).parent / "static"
NODE_MODULES = Path(__file__).resolve().parents[2] / "node_modules"
SITE = ("tokens", "base", "layout", "components", "forms", "print")
"""The parts of ``css/site.css``, in order."""
VENDOR = {
    "vendor/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "vendor/noble-secp256k1/index.js": "@noble/secp256k1/index.js",
    "vendor/noble-hashes/sha3.js": "@noble/hashes/sha3.js",
    "vendor/noble-hashes/_u64.js": "@noble/hashes/_u64.js",
    "vendor/noble-hashes/utils.js": "@noble/hashes/utils.js",
}
"""Others' files that browsers may have, where ``make setup`` installed them."""
FOREVER = "public, max-age=31536000, immutable"
ASK_AGAIN = "public, no-cache"
PATH = "/static/{name:path}"
_TYPES = {
    ".js": "text/javascript",
    ".svg": "image/svg+xml",
    ".webmanifest": "application/manifest+json",
}
_HASHED = re.compile(r"([0-9a-f]{12})/(.+)")
_COMPRESSED_FROM_BYTES = 400


class Asset(NamedTuple):
    """One file as it is sent."""

    content: bytes
    compressed: bytes
    """Empty where that gains nothing."""
    media_type: str
    tag: str


class Assets(NamedTuple):
    """All files by name, and the hash of the whole set."""

    files: dict[str, Asset]
    release: str

    def url(self, name: str) -> str:
        """Where a page finds it; LookupError for a name that is no file."""
        if name not in self.files:
            raise LookupError(f"no file {name} under api/web/static")
        return f"/static/{self.release}/{name}"


@cache
def assets() -> Assets:
    """Read at the first use."""
    contents = {
        file.relative_to(FOLDER).as_posix(): file.read_bytes()
        for file in sorted(FOLDER.rglob("*"))
        if file.is_file() and not file.is_relative_to(FOLDER / "css" / "site")
    }
    parts = [(FOLDER / "css" / "site" / f"{part}.css").read_text("utf-8") for part in SITE]
    contents["css/site.css"] = "\n".join(parts).encode()
    for name, place in VENDOR.items():
        file = NODE_MODULES / place
        if file.is_file():
            contents[name] = file.read_bytes()
    whole = hashlib.sha256()
    for name, content in sorted(contents.items()):
        whole.update(f"{name} {len(content)}\n".encode() + content)
    files = {name: _asset(name, content) for name, content in contents.items()}
    return Assets(files, whole.hexdigest()[:12])


async def serve(request: Request) -> Response:
    """A file, compressed where the browser takes that."""
    name, known = request.path_params["name"], assets()
    hashed = _HASHED.fullmatch(name)
    found = known.files.get(hashed[2] if hashed else name)
    if found is None:
        raise Rejected("request.no-such-page", path=request.url.path)
    is_current = hashed is not None and hashed[1] == known.release
    headers = {"Cache-Control": FOREVER if is_current else ASK_AGAIN, "ETag": found.tag}
    headers["Vary"] = "Accept-Encoding"
    if found.tag in request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    takes = "gzip" in request.headers.get("accept-encoding", "")
    content = found.compressed if takes and found.compressed else found.content
    if content is found.compressed:
        headers["Content-Encoding"] = "gzip"
    return Response(content, 200, headers, found.media_type)


ROUTE = Route(PATH, serve, methods=["GET"], include_in_schema=False)


def _asset(name: str, content: bytes) -> Asset:
    kind = Path(name).suffix
    if kind == ".css":
        content = _tight(content)
    media_type = _TYPES.get(kind) or mimetypes.guess_type(name)[0] or "application/octet-stream"
    compressed = b""
    if kind != ".png" and len(content) >= _COMPRESSED_FROM_BYTES:
        compressed = gzip.compress(content, 9, mtime=0)
    return Asset(content, compressed, media_type, f'"{hashlib.sha256(content).hexdigest()[:16]}"')


def _tight(css: bytes) -> bytes:
    """Without comments, indentation and empty lines; what it says stays as it is."""
    bare = re.sub(rb"/\*.*?\*/", b"", css, flags=re.DOTALL)
    return re.sub(rb"\s*\n\s*", b"\n", bare).strip()
