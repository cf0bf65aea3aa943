"""Static files we serve ourselves: our own, and a short list out of the npm packages."""

import gzip
import hashlib
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route, Router

MOUNT = "/statique"
_OWN = Path(__file__).parent / "static"
_PACKAGES = Path(__file__).parents[2] / "node_modules"
_FONT = "@fontsource/atkinson-hyperlegible-next/files/atkinson-hyperlegible-next"

# One style sheet for browsers, several short files for us.
_STYLE_PARTS = (
    "fonts",
    "tokens",
    "base",
    "shell",
    "forms",
    "components",
    "timeline",
    "public",
    "print",
)

_OWN_FILES = ("ancrage.js", "carte.css", "carte.js", "icons.svg", "marque.svg")

_PACKAGE_FILES = {
    "tabler.css": "@tabler/core/dist/css/tabler.min.css",
    "htmx.js": "htmx.org/dist/htmx.min.js",
    "leaflet/leaflet.js": "leaflet/dist/leaflet.js",
    "leaflet/leaflet.css": "leaflet/dist/leaflet.css",
    **{
        f"leaflet/images/{name}": f"leaflet/dist/images/{name}"
        for name in (
            "layers.png",
            "layers-2x.png",
            "marker-icon.png",
            "marker-icon-2x.png",
            "marker-shadow.png",
        )
    },
    **{
        f"fonts/atkinson-{alphabet}-{weight}.woff2": f"{_FONT}-{alphabet}-{weight}-normal.woff2"
        for alphabet in ("latin", "latin-ext")
        for weight in (400, 600, 700)
    },
}

_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
}
_COMPRESSIBLE = {".css", ".js", ".svg"}
_ASSET_URL = re.compile(r'url\("asset:([^"]+)"\)')
_FOREVER = "public, max-age=31536000, immutable"
_BRIEFLY = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class Served:
    """One file ready to go out: its version and its bytes, compressed when that helps."""

    version: str
    media_type: str
    body: bytes
    compressed: bool


def known_files() -> tuple[str, ...]:
    """Every name that may be served; nothing else of the disk can be reached."""
    return ("ancrage.css", *_OWN_FILES, *_PACKAGE_FILES)


def missing_files() -> list[str]:
    """Names whose npm package is not installed (pages still work, without their dress)."""
    return [name for name in known_files() if not all(path.is_file() for path in _sources(name))]


def asset(name: str) -> str:
    """The address of a static file, with its version so that it may be cached for a year."""
    if name not in known_files():
        raise LookupError(f"{name} is not a static file of Ancrage.")
    return f"{MOUNT}/{_version(name)}/{name}"


def static_files() -> Router:
    """The application to mount at `/statique`."""
    return Router(
        [Route("/{version}/{name:path}", _serve, methods=["GET"])], redirect_slashes=False
    )


def _sources(name: str) -> list[Path]:
    if name == "ancrage.css":
        return [_OWN / "css" / f"{part}.css" for part in _STYLE_PARTS]
    if name in _OWN_FILES:
        return [_OWN / name]
    return [_PACKAGES / _PACKAGE_FILES[name]]


def _content(name: str) -> bytes:
    content = b"".join(path.read_bytes() for path in _sources(name))
    if name != "ancrage.css":
        return content
    return _ASSET_URL.sub(lambda found: f'url("{asset(found[1])}")', content.decode()).encode()


@cache
def _version(name: str) -> str:
    try:
        return hashlib.sha256(_content(name)).hexdigest()[:12]
    except FileNotFoundError:
        return "absent"


@cache
def _served(name: str) -> Served:
    suffix = Path(name).suffix
    body, compressed = _content(name), suffix in _COMPRESSIBLE
    if compressed:
        body = gzip.compress(body, 6, mtime=0)
    return Served(_version(name), _TYPES[suffix], body, compressed)


async def _serve(request: Request) -> Response:
    name = request.path_params["name"]
    if name not in known_files():
        return PlainTextResponse("Fichier inconnu.", 404)
    try:
        served = await run_in_threadpool(_served, name)
    except FileNotFoundError:
        return PlainTextResponse("Fichier pas encore installé.", 404)
    fresh = request.path_params["version"] == served.version
    headers = {
        "cache-control": _FOREVER if fresh else _BRIEFLY,
        "x-content-type-options": "nosniff",
        "vary": "accept-encoding",
    }
    body = served.body
    if served.compressed and "gzip" in request.headers.get("accept-encoding", ""):
        headers["content-encoding"] = "gzip"
    elif served.compressed:
        body = gzip.decompress(body)
    return Response(body, media_type=served.media_type, headers=headers)
