"""Pages for people without an account: plain HTML of our own, no scripts, nothing loaded from anywhere."""

import base64
import functools
import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from chalice.app import Response

from chalicelib import container
from chalicelib.api.http.request import reading
from chalicelib.api.http.request.scope import scope
from chalicelib.domain.errors import InvalidRequestError
from chalicelib.mail import tokens
from chalicelib.mail.languages import FALLBACK, Language, language_of

if TYPE_CHECKING:
    import jinja2

FOLDER = Path(__file__).parents[2] / "documents" / "pages"
SITE = Path(__file__).parents[2] / "pages" / "templates"  # of pages that everybody may find
MEDIA = "text/html; charset=utf-8"
# To a person these are one and the same: no button of ours sends such a thing.
_UNREADABLE = dict.fromkeys(
    ("malformed_json", "unsupported_media_type", "idempotency_key_invalid", "idempotency_key_reused"),
    InvalidRequestError.code,
)


@functools.cache
def style_sheet() -> str:
    """The palette and the parts of every page of ours, whether it stands in the page or beside it."""
    return tokens.sheet() + (SITE / "site.css").read_text(encoding="utf-8")


@functools.cache
def policy() -> str:
    """Only the one style sheet that is in the page, and forms that lead back to it."""
    style = base64.b64encode(hashlib.sha256(style_sheet().encode()).digest()).decode()
    return (
        f"default-src 'none'; style-src 'sha256-{style}'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def language_for(accept_language: str, otherwise: str | None = None) -> Language:
    """What a browser likes best, else the language of what is shown, else English."""
    return language_of(reading.best(accept_language) or otherwise or FALLBACK)


def headers(language: Language) -> dict[str, str]:
    """What goes with every page: its address is a credential, so that nobody keeps, frames, indexes or refers to it."""
    return {
        "Content-Type": MEDIA,
        "Content-Security-Policy": policy(),
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
        "Cache-Control": "no-store",
        "Content-Language": language.tag,
        "Vary": "Accept, Accept-Language",
    }


@functools.cache
def _environment() -> "jinja2.Environment":
    """Jinja2 is imported by the first page of a process: no other request needs it."""
    import jinja2

    return jinja2.Environment(
        loader=jinja2.FileSystemLoader([FOLDER, SITE, FOLDER.parent]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def render(name: str, context: Mapping[str, object], language: Language) -> str:
    """The page as text. Whatever people wrote is escaped."""
    from markupsafe import Markup

    words = {
        "language": language.tag,
        "say": language.say,
        "when": language.when,
        "moment_of": language.moment_of,
        "in_utc": language.in_utc,
        "number_of": language.number,
    }
    product = container.current().settings.product_name
    template = _environment().get_template(name)
    return template.render(product=product, style=Markup(style_sheet()), **words, **context)  # noqa: S704


def markup(ours: str) -> Any:
    """Mark a picture that we made ourselves as safe to stand in a page."""
    from markupsafe import Markup

    return Markup(ours)  # noqa: S704 - made of squares by `qr.svg`


def refusal(response: Response) -> Response:
    """A problem document as a page, with the same status and headers."""
    problem = json.loads(response.body)
    language = language_for(scope.get().list_header("accept-language") or "")
    context = {
        "title": language.say(f"refused.{refusal_of(problem['code'], language)}.title"),
        "sentence": refused(problem["code"], language),
        "reference": problem["request_id"],
        "home": f"{urlsplit(scope.get().base_url).path}/",
    }
    kept = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    page = render("refused.html", context, language)
    return Response(page, status_code=response.status_code, headers={**kept, **headers(language)})


def refused(code: str, language: Language) -> str:
    """What a refusal means to whoever looks at the page."""
    return language.say(f"refused.{refusal_of(code, language)}.said")


def refusal_of(code: str, language: Language) -> str:
    """Under which name the texts have a refusal; one that no page is known to show is still a sentence."""
    name = _UNREADABLE.get(code, code)
    return name if f"refused.{name}.said" in language.texts else "other"
