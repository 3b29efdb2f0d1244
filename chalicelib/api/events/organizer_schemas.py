"""Organizers as they present themselves: what they write, and what everybody reads."""

import re
from typing import Annotated, Any

from pydantic import AfterValidator, Field, model_validator

from chalicelib.api.events.fields import Description, Url
from chalicelib.api.events.rich_text import html_of
from chalicelib.api.http.request.names import PersonName
from chalicelib.api.http.request.schemas import Body, Out
from chalicelib.domain.accounts.account import PublicProfile
from chalicelib.services.search.organizers import Organizer

_READ_ONLY = frozenset({"id", "created_at", "text_html", "events", "html_url", "upcoming_url", "calendar_url"})


_HTTPS = r"^[Hh][Tt][Tt][Pp][Ss]://[^/?#@]+([/?#]|$)"  # no user, whom people might take for the host


def _https(value: str) -> str:
    if not re.match(_HTTPS, value):
        raise ValueError("must be an https URL without a user name")
    return value


Link = Annotated[Url, AfterValidator(_https), Field(json_schema_extra={"pattern": _HTTPS})]


class OrganizerProfileIn(Body):
    name: Annotated[PersonName, Field(max_length=100)] | None = Field(
        None, description="What events and mails name their organizer. null: the name of the account."
    )
    text: Description = Field("", description="Who they are, in the Markdown of descriptions: 4,096 bytes of UTF-8.")
    link: Link | None = Field(None, description="Their own site: https.")

    @model_validator(mode="before")
    @classmethod
    def _ignore_read_only(cls, given: Any) -> Any:
        if not isinstance(given, dict):
            return given
        return {name: value for name, value in given.items() if name not in _READ_ONLY}

    @property
    def profile(self) -> PublicProfile:
        return PublicProfile(self.text, self.link)


class OrganizerEventsOut(Out):
    published: int
    cancelled: int


class OrganizerProfileOut(Out):
    """An organizer as everybody sees them."""

    id: str
    name: str
    text: str
    text_html: str = Field(description="The text as HTML, like `description_html` of events.")
    link: str | None
    events: OrganizerEventsOut = Field(description="How many of theirs lists have, past ones included.")
    html_url: str | None = Field(description="Their page for people; null as long as nobody else finds them.")
    upcoming_url: str = Field(description="Their events that have not started: a list of the API.")
    calendar_url: str = Field(description="Their events as iCalendar, to subscribe to.")


def organizer_out(shown: Organizer, base_url: str) -> OrganizerProfileOut:
    return OrganizerProfileOut(
        id=shown.id,
        name=shown.name,
        text=shown.profile.text,
        text_html=html_of(shown.profile.text),
        link=shown.profile.link,
        events=OrganizerEventsOut(published=shown.published, cancelled=shown.cancelled),
        html_url=f"{base_url}/o/{shown.id}" if shown.is_known else None,
        upcoming_url=f"{base_url}/events/upcoming?organizer={shown.id}",
        calendar_url=f"{base_url}/organizers/{shown.id}/calendar.ics",
    )


def document_of(shown: Organizer) -> dict[str, Any]:
    """The present profile as a body that would write it again: what PATCH merges into."""
    return {"name": shown.name, "text": shown.profile.text, "link": shown.profile.link}
