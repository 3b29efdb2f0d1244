"""The due rows of a finished run beside what SES accepted and what was stored when: what the rules are held against."""

import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime

from chalicelib.domain.enrollments.enrollment import Enrollment, EnrollmentKey, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import Change
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.domain.shared.times import unstamp
from chalicelib.store.dynamo.tables import AnnouncementItem
from chalicelib.store.items.announcements import to_change
from tests.simulation.actors.mailroom import MailWorld, Sent
from tests.simulation.rules.chronicle import Chronicle

PATIENCE = 55.0  # seconds from the first look of a sender to SES's acceptance: its time-out, and one more stall
CONFIRMATIONS = frozenset({OutboxKind.ENROLLMENT_CONFIRMED, OutboxKind.ENROLLMENT_PROMOTED})
REFUSED = ("suppressed: bounce", "unsubscribed")  # by the mailbox, after everything else was decided


@dataclass(frozen=True, slots=True)
class Row:
    """A due row as it is in the end; times are seconds."""

    id: str
    kind: OutboxKind
    about: dict[str, str]
    state: str
    detail: str
    at: float
    seen: float
    created_at: datetime
    finished: float
    lease: float  # its end, of one that is claimed
    cooled: bool

    @property
    def person(self) -> str:
        key = EnrollmentKey.parse(self.about.get("enrollment", ""))
        return key.attendee_id if key else ""

    @property
    def generation(self) -> int:
        return int(self.about.get("generation", "0"))

    def __str__(self) -> str:
        return f"{self.kind} {self.about} {self.state} {self.detail}"


class MailLog:
    def __init__(self, world: MailWorld) -> None:
        self.chronicle: Chronicle = world.chronicle
        self.chronicle.look()
        self.end = world.scheduler.now
        self.rows = [row for row in map(self._row, world.db.snapshot_all("turnout-due")) if row]
        self.sent: defaultdict[str, list[Sent]] = defaultdict(list)
        for sent in world.mailer.accepted:
            self.sent[sent.intent].append(sent)
        items = world.db.snapshot_all("turnout-events")
        told = [AnnouncementItem.from_raw_data(item) for item in items if item["sk"]["S"].startswith("notice#")]
        self.changes: dict[str, Change] = {change.id: change for change in map(to_change, told)}

    def _row(self, raw: dict[str, dict[str, str]]) -> Row | None:
        if "kind" not in raw:
            return None
        place = raw["sk"]["S"]
        moment, entry_id = place.split("#", 1)
        return Row(
            id=entry_id,
            kind=OutboxKind(raw["kind"]["S"]),
            about=json.loads(raw["about"]["S"]),
            state=raw["state"]["S"],
            detail=raw.get("detail", {}).get("S", ""),
            at=unstamp(moment).timestamp(),
            seen=self.chronicle.outbox[place],
            created_at=unstamp(raw["created_at"]["S"]),
            finished=unstamp(raw["finished_at"]["S"]).timestamp() if "finished_at" in raw else 0.0,
            lease=unstamp(raw["lease_until"]["S"]).timestamp() if raw["state"]["S"] == "claimed" else 0.0,
            cooled=raw.get("cursor", {}).get("S", "") == "cooled",
        )

    @property
    def event(self) -> Event:
        return self.chronicle.event

    @property
    def mails(self) -> list[Row]:
        return [row for row in self.rows if row.kind.is_mail]

    def of(self, *kinds: OutboxKind) -> list[Row]:
        return [row for row in self.rows if row.kind in kinds]

    def confirmed(self, row: Row, at: float) -> bool:
        """Whether a sender that handed the mail over then may have seen this very enrollment confirmed."""
        seen = self.chronicle.rows_between(row.person, at - PATIENCE, at)
        return any(one.generation == row.generation and one.status is EnrollmentStatus.CONFIRMED for one in seen)

    def events_at(self, at: float) -> list[Event]:
        """Every version that a sender may have seen who handed a mail over then."""
        return self.chronicle.events_between(at - PATIENCE, at)

    def staying(self) -> list[tuple[float, Enrollment]]:
        """Who is enrolled in the end, and since when this very enrollment has been in the state that it is in."""
        found = []
        for seen in self.chronicle.rows.values():
            last = seen[-1][1]
            if not last.is_live:
                continue
            since = next(
                at
                for at, one in seen
                if (one.generation, one.status) == (last.generation, last.status) and one.seated_at == last.seated_at
            )
            found.append((since, last))
        return found


def when(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
