"""The OpenAPI document and the pages that show it; what they load is ours (docs/adr/0008)."""

import functools
import gzip
import hashlib
import html
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from string import Template
from urllib.parse import urlsplit

from chalicelib.api.http.endpoints.policies import Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.headers import ANY_SERVER
from chalicelib.domain.errors import NotFoundError

resource = Resource("documents")

FOLDER = Path(__file__).parents[1] / "documents"
_COLORS = Path(__file__).parents[2] / "mail"  # the one palette, of mails and pages
_PAGE_POLICY = (
    "default-src 'none'; script-src 'self'; connect-src {api}; img-src 'self' data:; {more}"
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_SWAGGER_STYLES = "style-src 'self' 'unsafe-inline'; "
_REDOC_STYLES = "style-src 'self' 'unsafe-inline'; worker-src blob:; "
_HTML = "text/html; charset=utf-8"
_SCRIPT, _STYLE = "text/javascript", "text/css"
# The name of a vendored file has its version, so that it never changes.
_FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """A file of the pages."""

    file: str
    media: str
    cache: str
    folder: Path = FOLDER


ASSETS: Mapping[str, Asset] = {
    "swagger-ui-5.35.0.js": Asset("vendor/swagger-ui-5.35.0.js.gz", _SCRIPT, _FOREVER),
    "swagger-ui-5.35.0.css": Asset("vendor/swagger-ui-5.35.0.css.gz", _STYLE, _FOREVER),
    "redoc-2.5.4.js": Asset("vendor/redoc-2.5.4.js.gz", _SCRIPT, _FOREVER),
    "swagger.js": Asset("swagger.js", _SCRIPT, Cache.SHORT.value),
    "tokens.css": Asset("tokens.css", _STYLE, Cache.SHORT.value, folder=_COLORS),
    "redoc.js": Asset("redoc.js", _SCRIPT, Cache.SHORT.value),
}


@functools.cache
def _read(name: str, folder: Path = FOLDER) -> str:
    """Text, because the gateway takes no binary answers without knowing the types. It compresses what is long itself
    (`MinimumCompressionSize` of the template).
    """
    raw = (folder / name).read_bytes()
    return (gzip.decompress(raw) if name.endswith(".gz") else raw).decode()


def _etag(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _policy(call: Call, more: str) -> str:
    """The page may call what it tries things on: the API at its own address, which need not be the page's."""
    address = urlsplit(call.base_url)
    return _PAGE_POLICY.format(api=f"'self' {address.scheme}://{address.netloc}", more=more)


def _page(call: Call, name: str, more: str) -> Reply:
    """A page whose links keep the path that the stage or a proxy puts before ours."""
    policy = _policy(call, more)
    title = html.escape(call.container.settings.product_name)
    text = Template(_read(name)).substitute(prefix=html.escape(urlsplit(call.base_url).path), title=title)
    return Reply(text, etag=_etag(text), headers={"Content-Type": _HTML, "Content-Security-Policy": policy})


@resource.get(
    "/openapi.json",
    summary="This document",
    cache=Cache.SHORT,
    description="OpenAPI 3.1. `servers` names the address that the request was sent to.",
)
def show_openapi(call: Call) -> Reply:
    text = _read("openapi.json").replace(ANY_SERVER, json.dumps(call.base_url)[1:-1])
    return Reply(text, etag=_etag(text))


@resource.get(
    "/docs",
    summary="The document as a page to try things on",
    produces=("text/html",),
    cache=Cache.SHORT,
    description="Swagger UI.",
)
def show_swagger_ui(call: Call) -> Reply:
    return _page(call, "swagger.html", _SWAGGER_STYLES)


@resource.get(
    "/redoc",
    summary="The document as a page to read",
    produces=("text/html",),
    cache=Cache.SHORT,
    description="Redoc.",
)
def show_redoc(call: Call) -> Reply:
    return _page(call, "redoc.html", _REDOC_STYLES)


@resource.get(
    "/docs/{asset}",
    summary="A script or style sheet of the pages",
    produces=(_SCRIPT, _STYLE),
    cache=Cache.SHORT,
    raises=(NotFoundError,),
    description="The name of a vendored file has its version: such a file never changes and may be kept for a year.",
)
def show_asset(call: Call, asset: str) -> Reply:  # noqa: ARG001 - every view takes the call
    found = ASSETS.get(asset)
    if found is None:
        raise NotFoundError
    text = _read(found.file, found.folder)
    return Reply(
        text,
        etag=_etag(text),
        headers={"Content-Type": f"{found.media}; charset=utf-8", "Cache-Control": found.cache},
    )
