"""What the people of an event were told, as its team reads it: a message or a change, and what became of the mails."""

import zlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from chalicelib.domain.events.event_changes import Change, differences
from chalicelib.domain.notifications.messages import Segment

SPREAD = 8  # tallies of what goes to the people of a large event: no mail waits long for the count of another one


class AnnouncedKind(StrEnum):
    """The values are stored: they never change."""

    MESSAGE = "message"
    CHANGE = "change"


@dataclass(frozen=True, slots=True, kw_only=True)
class Deliveries:
    """How many mails there are, and what became of them; those that bounced were sent."""

    mails: int = 0
    sent: int = 0
    skipped: int = 0
    failed: int = 0
    delivered: int = 0
    bounced: int = 0
    complained: int = 0

    @property
    def waiting(self) -> int:
        return self.mails - self.sent - self.skipped - self.failed


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """One thing that was told. `by` is what its writer was to the event, `member_id` their entry in its team."""

    id: str
    event_id: str
    kind: AnnouncedKind
    at: datetime
    tallies: int  # how many there are of it
    segment: Segment | None = None
    subject: str = ""
    by: str = ""
    member_id: str = ""
    changed: tuple[str, ...] = ()  # names of facts


def announced_change(event_id: str, change: Change, tallies: int) -> Announced:
    return Announced(
        id=change.id,
        event_id=event_id,
        kind=AnnouncedKind.CHANGE,
        at=change.changed_at,
        tallies=tallies,
        changed=differences(change.before, change.after),
    )


def tallies_of(buckets: int) -> int:
    """How many tallies a mail to all people of an event has, by the partitions that these are spread over."""
    return SPREAD if buckets > 1 else 1


def tally_name(event_id: str, announced_id: str, number: int) -> str:
    return f"{event_id}#{announced_id}#{number}"


def tally_for(event_id: str, announced_id: str, buckets: int, enrollment_id: str) -> str:
    """The tally of the mail about an enrollment: the same for whoever writes it."""
    return tally_name(event_id, announced_id, zlib.crc32(enrollment_id.encode()) % tallies_of(buckets))
