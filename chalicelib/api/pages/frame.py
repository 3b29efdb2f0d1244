"""What all pages that everybody may find have in common: language, addresses, headers, and how a refusal looks."""

import functools
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from chalice.app import Response
from pydantic import Field

from chalicelib import container
from chalicelib.api.http.request import headers as request_headers
from chalicelib.api.http.request.call import Call, Reply, digest
from chalicelib.api.http.request.schemas import Query
from chalicelib.api.http.request.scope import scope
from chalicelib.api.http.response import pages
from chalicelib.api.http.response.pages import SITE
from chalicelib.api.pages import sign
from chalicelib.domain.reference import zones
from chalicelib.mail.languages import LANGUAGES, Language, language_of

# No script of whatever kind, and nothing from elsewhere. Data in a script element (JSON-LD) is no script. Nothing of a
# page connects: auditors who look at one from within, as Lighthouse does, ask for robots.txt under its policy.
_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors "
)
POLICY = f"{_POLICY}'none'"
POLICY_WITH_PICTURES = POLICY.replace("img-src 'self'", "img-src 'self' https:")  # which organizers link to
MEDIA_OF = {"css": "text/css; charset=utf-8", "svg": "image/svg+xml; charset=utf-8"}


class LanguageQuery(Query):
    lang: str | None = Field(
        None,
        description="The language of the page, whatever `Accept-Language` says; one that there is not counts for "
        "nothing.",
        examples=["de"],
    )


class PageQuery(LanguageQuery):
    zone: str | None = Field(
        None,
        description="The IANA time zone of the reader: pages of events then say when it is there, too, and links keep "
        "it; one that there is not counts for nothing.",
        examples=["Europe/London"],
    )


@dataclass(frozen=True, slots=True)
class Frame:
    """One page on its way out: in which language it is, and where its links lead."""

    base_url: str
    language: Language
    chosen: str | None = None  # the language that the address asks for
    zone: str | None = None  # the time zone that it asks for

    @classmethod
    def of(cls, call: Call, otherwise: str | None = None) -> "Frame":
        """`otherwise` is the language of what is shown, for readers who ask for none."""
        asked = {name: getattr(call.query, name, None) for name in ("lang", "zone")}
        return cls.asked_for(call.base_url, asked, call.accept_language, otherwise)

    @classmethod
    def asked_for(
        cls, base_url: str, asked: Mapping[str, str | None], accept_language: str, otherwise: str | None = None
    ) -> "Frame":
        """`asked` are the parameters of the address; what there is not counts for nothing."""
        chosen, wanted = asked.get("lang"), asked.get("zone")
        zone = wanted if wanted and zones.zone(wanted) else None
        if chosen not in LANGUAGES:
            return cls(base_url, pages.language_for(accept_language, otherwise), zone=zone)
        return cls(base_url, language_of(chosen), chosen, zone)

    @property
    def prefix(self) -> str:
        """What a stage or a proxy puts before our paths."""
        return urlsplit(self.base_url).path

    def href(self, path: str, **parameters: object) -> str:
        """A link within the site: it keeps the language and the time zone that were chosen."""
        return self.prefix + self._with(path, {**parameters, "zone": self.zone}, self.chosen)

    def kept(self, *but: str) -> list[tuple[str, str]]:
        """What a form that asks has to send along, as links keep it."""
        given = {"lang": self.chosen, "zone": self.zone}
        return [(name, value) for name, value in given.items() if value and name not in but]

    def absolute(self, path: str, **parameters: object) -> str:
        """The address for others, who have another time zone."""
        return self.base_url + self._with(path, parameters, self.chosen)

    def alternates(self, path: str, **parameters: object) -> list[tuple[str, str]]:
        """The same page in each language, and without any."""
        found = [(tag, self.base_url + self._with(path, parameters, tag)) for tag in LANGUAGES]
        return [*found, ("x-default", self.base_url + self._with(path, parameters, None))]

    @staticmethod
    def _with(path: str, parameters: Mapping[str, object], lang: str | None) -> str:
        given = {name: value for name, value in {**parameters, "lang": lang}.items() if value}
        return f"{path}?{urlencode(given)}" if given else path

    def render(self, name: str, path: str, context: Mapping[str, object], **parameters: object) -> str:
        """`path` with the parameters is the address of the page that search engines are to know."""
        with_zone = {**parameters, "zone": self.zone}
        shared = {
            "is_hidden": False,
            "href": self.href,
            "kept": self.kept,
            "canonical": self.absolute(path, **parameters),
            "alternates": self.alternates(path, **parameters),
            "stylesheet": f"{self.prefix}/static/{asset_name('css')}",
            "icon": f"{self.prefix}/static/{asset_name('svg')}",
            "touch_icon": f"{self.prefix}/apple-touch-icon.png",
            "theme": sign.GROUND,
            "price_of": self.language.price,
            "start_of": self.language.start_of,
            "languages": [
                (tag, language_of(tag).say("site.own_name"), self.prefix + self._with(path, with_zone, tag))
                for tag in LANGUAGES
            ],
        }
        return pages.render(name, {**shared, **context}, self.language)

    def headers(self, framed_by: Sequence[str] = ()) -> dict[str, str]:
        """`framed_by` are the origins whose pages may show this one within them."""
        return {
            "Content-Type": pages.MEDIA,
            "Content-Security-Policy": _POLICY + " ".join(framed_by) if framed_by else POLICY,
            "Content-Language": self.language.tag,
            "Vary": "Accept-Language",
        }

    def reply(self, name: str, path: str, context: Mapping[str, object], **parameters: object) -> Reply:
        return Reply(self.render(name, path, context, **parameters), headers=self.headers())


@functools.cache
def asset(kind: str) -> str:
    """The style sheet with the palette that all pages share, and the icon."""
    if kind == "css":
        return pages.style_sheet()
    return (SITE / "icon.svg").read_text(encoding="utf-8")


@functools.cache
def asset_name(kind: str) -> str:
    """It has a digest of the content, so that it may be kept for ever."""
    return f"site-{digest(asset(kind))[:12]}.{kind}"


def refusal(response: Response) -> Response:
    """A problem document as a page of the site, with the same status and headers, and a way on from there."""
    here, problem = scope.get(), json.loads(response.body)
    base_url = request_headers.base_url(here, container.current().settings.public_url)
    asked = {name: values[-1] for name, values in request_headers.read_query(here).items()}
    frame = Frame.asked_for(base_url, asked, here.list_header("accept-language") or "")
    language, key = frame.language, _wording_of(problem["code"], frame.language)
    context = {
        "title": language.say(f"{key}.title"),
        "sentence": language.say(f"{key}.said"),
        "reference": problem["request_id"],
        "is_hidden": True,
    }
    kept = {name: value for name, value in response.headers.items() if name != "Content-Type"}
    sent = {**kept, **frame.headers(), "Vary": "Accept, Accept-Language", "X-Robots-Tag": "noindex"}
    return Response(frame.render("site_refused.html", "/", context), status_code=response.status_code, headers=sent)


def _wording_of(code: str, language: Language) -> str:
    """The key of the texts: the site's own ones where those of mailed links would say something else."""
    shared = pages.refusal_of(code, language)
    keys = [f"site.refused.{code}", f"site.refused.{shared}", f"refused.{shared}"]
    return next(key for key in keys if f"{key}.said" in language.texts)
