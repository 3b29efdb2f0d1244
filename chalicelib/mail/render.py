"""Templates to messages: a folder a kind with subject, text and HTML, all from one context, undefined names refused."""

import functools
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from chalicelib.domain.events import Event
from chalicelib.domain.mail import DueKind
from chalicelib.services.signals import Message

if TYPE_CHECKING:
    import jinja2

TEMPLATES = Path(__file__).parent / "templates"


def moment(at: datetime, zone: str) -> str:
    """A moment as people at that place read it."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{local:%A}, {local.day} {local:%B %Y}, {local:%H:%M}"


def moment_of(at: datetime, event: Event) -> str:
    """A moment in the event's own zone, with its name."""
    return f"{moment(at, event.facts.timezone)} ({event.facts.timezone})"


def when(event: Event) -> str:
    """Start and end in the event's own zone; a multi-day event shows both days."""
    facts = event.facts
    zone = ZoneInfo(facts.timezone)
    start, end = facts.starts_at.astimezone(zone), facts.ends_at.astimezone(zone)
    until = f"{end:%H:%M}" if start.date() == end.date() else moment(facts.ends_at, facts.timezone)
    return f"{moment(facts.starts_at, facts.timezone)} to {until} ({facts.timezone})"


class TemplateRenderer:
    """Jinja2 is imported by the first mail of a process: only the sender needs it."""

    def __init__(self, product_name: str) -> None:
        self._product = product_name

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
        environment.filters["when"] = when
        environment.filters["moment_of"] = moment_of
        return environment

    def render(self, kind: DueKind, to: str, context: Mapping[str, object], reference: str) -> Message:
        """Render all three parts. A subject is one line whatever a title contains; `reference` names the intent."""
        full = {"product": self._product, **context}
        subject, text, html = (
            self._environment.get_template(f"{kind.value}/{part}").render(full)
            for part in ("subject.txt", "body.txt", "body.html")
        )
        return Message(
            to=to,
            subject=" ".join(subject.split()),
            text=text.strip() + "\n",
            html=html,
            headers={
                "Auto-Submitted": "auto-generated",
                "X-Auto-Response-Suppress": "All",
                "X-Turnout-Intent": reference,
            },
        )
