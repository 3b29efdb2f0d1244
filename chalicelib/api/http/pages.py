"""Pages for people without an account: plain HTML of our own, no scripts, nothing loaded from anywhere."""

import base64
import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from chalice.app import Response

from chalicelib import container
from chalicelib.mail import languages

if TYPE_CHECKING:
    import jinja2

FOLDER = Path(__file__).parents[1] / "documents" / "pages"
MEDIA = "text/html; charset=utf-8"


@functools.cache
def _style() -> str:
    return (FOLDER / "page.css").read_text(encoding="utf-8")


@functools.cache
def _policy() -> str:
    """Only the one style sheet that is in the page, and forms that lead back to it."""
    style = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def headers() -> dict[str, str]:
    """What goes with every page: its address is a credential, so that nobody keeps, frames, indexes or refers to it."""
    return {
        "Content-Type": MEDIA,
        "Content-Security-Policy": _policy(),
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "Vary": "Accept",
    }


@functools.cache
def _environment() -> "jinja2.Environment":
    """Jinja2 is imported by the first page of a process: no other request needs it."""
    import jinja2

    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    english = languages.language("en")
    environment.globals["when"] = english.when
    environment.globals["moment_of"] = english.moment_of
    return environment


def render(name: str, context: Mapping[str, object]) -> str:
    """The page as text. Whatever people wrote is escaped."""
    from markupsafe import Markup

    product = container.current().settings.product_name
    return _environment().get_template(name).render(product=product, style=Markup(_style()), **context)  # noqa: S704


def markup(ours: str) -> Any:
    """Mark a picture that we made ourselves as safe to stand in a page."""
    from markupsafe import Markup

    return Markup(ours)  # noqa: S704 - made of squares by `qr.svg`


def refusal(response: Response) -> Response:
    """A problem document as a page, with the same status and headers."""
    problem = json.loads(response.body)
    context = {"title": problem["title"], "sentence": problem["detail"], "reference": problem["request_id"]}
    kept = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    return Response(render("refused.html", context), status_code=response.status_code, headers={**kept, **headers()})
