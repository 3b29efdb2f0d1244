"""Templates to messages: a folder a kind with subject, text and HTML, all from one context, undefined names refused."""

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from chalicelib.domain.events.event_changes import Facts
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.mail import tokens
from chalicelib.mail.languages import Language, language_of
from chalicelib.services.notifications.contexts import REQUEST, Context, EmailDraft, EnrollmentContext, OptionalContext
from chalicelib.services.notifications.ports import RenderedEmail

if TYPE_CHECKING:
    import jinja2
    import markupsafe

TEMPLATES = Path(__file__).parent / "templates"
_NO_BREAK = "\u00a0"
_SPACES = re.compile(r"^ +| {2,}")


def lines(text: str) -> "markupsafe.Markup":
    """What somebody wrote in several lines, for HTML: escaped, and still in several lines with their indentation."""
    from markupsafe import Markup

    return Markup("<br>\n").join(_SPACES.sub(_kept, line.expandtabs(4)) for line in text.splitlines())


def _kept(spaces: "re.Match[str]") -> str:
    """Spaces that HTML would make one of: all of an indentation, and all but the last between words."""
    number = len(spaces[0])
    return _NO_BREAK * number if spaces.start() == 0 else _NO_BREAK * (number - 1) + " "


def _theirs(context: Context) -> "markupsafe.Markup":
    """What marks a text of an organizer in HTML: its language, if the event has one, and its own direction."""
    from markupsafe import Markup

    tag = context.event.facts.language if isinstance(context, EnrollmentContext) else None
    return Markup(' dir="auto"') + (Markup(' lang="{}"').format(tag) if tag else Markup())


class TemplateRenderer:
    """Jinja2 is imported by the first mail of a process: only the sender needs it."""

    def __init__(self, product_name: str, languages: Callable[[str], Language] = language_of) -> None:
        self._product = product_name
        self._language_of = languages

    @functools.cached_property
    def _environment(self) -> "jinja2.Environment":
        import jinja2

        environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=jinja2.select_autoescape(enabled_extensions=("html",)),
            undefined=jinja2.StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        day, night = tokens.palettes()
        environment.globals.update(lines=lines, day=day, night=night)
        return environment

    def render(self, kind: OutboxKind, draft: EmailDraft, reference: str) -> RenderedEmail:
        """All three parts in the language of the draft. A subject is one line whatever a title contains.

        `reference` names the intent.
        """
        language = self._language_of(draft.locale)
        unsubscribe_url = draft.context.unsubscribe_url if isinstance(draft.context, OptionalContext) else ""
        values: dict[str, object] = {
            "kind": kind.value,
            "mail": draft.context,
            "product": self._product,
            "unsubscribe_url": unsubscribe_url,
            "not_me_url": getattr(draft.context, "not_me_url", ""),
            "language": language.tag,
            "say": language.say,
            "when": language.when,
            "moment_of": language.moment_of,
            "in_utc": language.in_utc,
            "start_of": language.start_of,
            "end_of": language.end_of,
            "price": language.price,
            "theirs": _theirs(draft.context),
            "invites": any(attachment.method == REQUEST for attachment in draft.attachments),
            "value": functools.partial(_value, language),
        }
        subject = " ".join(self._part(kind, "subject.txt", values).split())
        text = self._part(kind, "body.txt", values)
        return RenderedEmail(
            to=draft.to,
            subject=subject,
            text=text.strip() + "\n",
            html=self._part(kind, "body.html", {**values, "subject": subject}),
            headers=_headers(reference, language.tag, unsubscribe_url),
            attachments=draft.attachments,
            charge=draft.charge,
        )

    def _part(self, kind: OutboxKind, part: str, values: dict[str, object]) -> str:
        return self._environment.get_template(f"{kind.value}/{part}").render(values)


def _value(language: Language, name: str, facts: Facts) -> str:
    """One of the facts that a change notice compares, in words."""
    if name == "time":
        return language.when(facts)
    if name == "online":
        return language.say("event_changed.online" if facts.online else "event_changed.on_site")
    return getattr(facts, name) or language.say("event_changed.nothing")


def _headers(reference: str, tag: str, unsubscribe_url: str) -> dict[str, str]:
    """Marked as automatic, so that no absence answers; and one click (RFC 8058) out of what nobody has to take."""
    headers = {
        "Auto-Submitted": "auto-generated",
        "X-Auto-Response-Suppress": "All",
        "X-Turnout-Intent": reference,
        "Content-Language": tag,
    }
    if unsubscribe_url:
        headers["List-Unsubscribe"] = f"<{unsubscribe_url}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return headers
