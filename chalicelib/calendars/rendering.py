"""Invitations and published calendars as iCalendar texts."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import parseaddr
from urllib.parse import quote

from chalicelib.calendars.lines import component, folded, line, text, utc
from chalicelib.calendars.zones import definition, is_utc, local_date, local_time
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts
from chalicelib.services.calendars.ports import CalendarEntry, Invitation
from chalicelib.services.notifications.contexts import CANCEL, REQUEST

_PRODUCT = "-//Turnout//Turnout//EN"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_AGAIN = "PT1H"  # how often a calendar that subscribes is asked to look
_IN_ADDRESS = "@+!$'*_-.~"  # what RFC 6068 leaves as it is in an address


class IcsCalendars:
    """`host` ends every UID; `sender` is who mails come from, and what invitations name as the organizer's address."""

    def __init__(self, host: str, sender: str) -> None:
        self._host = host
        self._sender = parseaddr(sender)[1]

    def invitation(self, invitation: Invitation) -> str:
        event = invitation.event
        attendee = {
            "CUTYPE": "INDIVIDUAL",
            "ROLE": "REQ-PARTICIPANT",
            "PARTSTAT": "ACCEPTED" if invitation.method == REQUEST else "",
            "RSVP": "FALSE",
            "CN": invitation.name,
        }
        who, name = invitation.instead_of or ("", "")
        entry = [
            line("UID", self._uid(event, who)),
            line("DTSTAMP", utc(invitation.at)),
            line("SEQUENCE", str(invitation.sequence)),
            self._organizer(invitation.organizer),
            line("ATTENDEE", _mailto(invitation.email), attendee),
            line("STATUS", "CANCELLED" if invitation.method == CANCEL else "CONFIRMED"),
            *_facts(event, name, invitation.at),
        ]
        return _calendar(invitation.method, [], [event], [component("VEVENT", entry)])

    def listing(self, shown: Sequence[CalendarEntry], name: str | None = None) -> str:
        again = [line("REFRESH-INTERVAL", _AGAIN, {"VALUE": "DURATION"}), line("X-PUBLISHED-TTL", _AGAIN)]
        head = [line("NAME", text(name)), line("X-WR-CALNAME", text(name)), *again] if name else []
        events = [entry.event for entry in shown]
        return _calendar("PUBLISH", head, events, [self._published(entry) for entry in shown])

    def _published(self, shown: CalendarEntry) -> list[str]:
        event = shown.event
        status = "TENTATIVE" if shown.tentative else "CONFIRMED"
        who, name = shown.instead_of or ("", "")
        at = shown.at or event.updated_at
        entry = [
            line("UID", self._uid(event, who)),
            line("DTSTAMP", utc(at)),
            line("SEQUENCE", str(event.sequence if shown.sequence is None else shown.sequence)),
            self._organizer(shown.organizer),
            line("STATUS", status if event.status is EventStatus.PUBLISHED else "CANCELLED"),
            *_facts(event, name, at),
        ]
        return component("VEVENT", entry)

    def _uid(self, event: Event, attendee_id: str = "") -> str:
        """One entry an event and calendar; who reads for others has one for each of them."""
        return f"{event.id}{'-' if attendee_id else ''}{attendee_id}@{self._host}"

    def _organizer(self, name: str) -> str:
        return line("ORGANIZER", _mailto(self._sender), {"CN": name})


def _facts(event: Event, name: str, at: datetime) -> list[str]:
    """What everybody is told of an event; `name` is whose place it is, when it is not the reader's."""
    facts = event.facts
    point = facts.coordinates
    place = facts.location or (facts.url if facts.online else None)
    return [
        *_times(facts),
        line("SUMMARY", text(f"{facts.title} ({name})" if name else facts.title)),
        *([line("DESCRIPTION", text(facts.description))] if facts.description else []),
        *([line("LOCATION", text(place))] if place else []),
        *([line("GEO", f"{point.latitude:.6f};{point.longitude:.6f}")] if point else []),
        *([line("URL", facts.url)] if facts.url else []),
        *([line("CATEGORIES", ",".join(text(tag) for tag in facts.tags))] if facts.tags else []),
        line("CREATED", utc(event.created_at)),
        line("LAST-MODIFIED", utc(at)),
    ]


def _times(facts: EventFacts) -> list[str]:
    """Start and end; of whole days the first one, and the one after the last (RFC 5545, 3.6.1)."""
    ends = {"DTSTART": facts.starts_at, "DTEND": facts.ends_at}
    as_day = local_date if facts.all_day else local_time
    return [as_day(name, at, facts.timezone) for name, at in ends.items()]


def _calendar(method: str, head: Iterable[str], events: Sequence[Event], entries: Iterable[Sequence[str]]) -> str:
    lines = [
        line("VERSION", "2.0"),
        line("PRODID", _PRODUCT),
        line("CALSCALE", "GREGORIAN"),
        line("METHOD", method),
        *head,
        *_zones(events),
        *(content_line for entry in entries for content_line in entry),
    ]
    return "".join(folded(content_line) for content_line in component("VCALENDAR", lines))


def _zones(events: Sequence[Event]) -> list[str]:
    """A definition of each zone that is referred to; without events that of UTC, for a calendar must hold something."""
    if not events:
        return definition("UTC", _EPOCH, _EPOCH)
    spans: dict[str, tuple[Event, Event]] = {}
    for event in events:
        if event.facts.all_day:
            continue  # days are of no zone
        name = event.facts.timezone
        first, last = spans.get(name, (event, event))
        spans[name] = (
            min(first, event, key=lambda candidate: candidate.facts.starts_at),
            max(last, event, key=lambda candidate: candidate.facts.ends_at),
        )
    found = []
    for name, (first, last) in spans.items():
        if not is_utc(name):
            found += definition(name, first.facts.starts_at, last.facts.ends_at)
    return found


def _mailto(address: str) -> str:
    return f"mailto:{quote(address, safe=_IN_ADDRESS)}"
