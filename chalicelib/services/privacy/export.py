"""Everything that is kept about an account, page by page: what is secret, and what others wrote, is not in it.

Which stored item is exported as what, and which is not and why, says devtools/retention.py, against which a test holds
an account that has something of everything.
"""

import dataclasses
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.exports import ExportKind
from chalicelib.domain.enrollments.enrollment import Enrollment
from chalicelib.domain.errors import UnauthenticatedError
from chalicelib.domain.events.event import Event
from chalicelib.domain.notifications.delivery_report import MailLog
from chalicelib.domain.outbox.entry import OutboxKey
from chalicelib.services.accounts.fresh_login import FreshLogin
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.attendees.ports import AttendeeRecords
from chalicelib.services.events.ports import EventLists
from chalicelib.services.notifications.ports import Mailboxes, MailLogs
from chalicelib.services.privacy.ports import PersonalData
from chalicelib.services.seats.enrollment_store import Enrollments
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.handles import Handles
from chalicelib.services.shared.ports import Clock, Macs
from chalicelib.services.teams.mailboxes import mailboxes_of
from chalicelib.services.teams.ports import Teams

PAGE = 50  # items of a page, or a few more: a page stays far below what a function may answer
_SECRET = {"password_hash", "current", "previous", "digest", "attempt_id"}
_ELSEWHERE = {"newest", "mail_place", "handed_to", "key", "id", "history"}  # said in other words, or about nobody


@dataclass(frozen=True, slots=True)
class Exported:
    kind: ExportKind
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ExportPage:
    """`following` says where the next page begins; None: this was the last one."""

    taken_at: datetime
    items: Sequence[Exported]
    following: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportPorts:
    fresh_login: FreshLogin
    accounts: Accounts
    attendees: AttendeeRecords
    mailboxes: Mailboxes
    mail_logs: MailLogs
    enrollments: Enrollments
    events: Events
    lists: EventLists
    personal: PersonalData
    teams: Teams
    macs: Macs
    handles: Handles
    clock: Clock


Part = tuple[list[Exported], str | None]


class Export:
    def __init__(self, ports: ExportPorts) -> None:
        self._ports = ports
        self._parts: Mapping[str, Callable[[str, str], Part]] = {
            "account": self._account,
            "enrollments": self._enrollments,
            "made": self._made,
            "records": self._records,
            "events": self._events,
            "messages": self._messages,
        }

    def __call__(self, principal: Principal, start: str | None) -> ExportPage:
        """One page. It may be short, even empty. Raises `FreshLoginRequiredError`."""
        self._ports.fresh_login.require(principal)
        names = list(self._parts)
        name, _, place = (start or names[0]).partition(" ")
        items, end = self._parts[name](principal.user_id, place)
        if end is not None:
            return ExportPage(self._ports.clock(), items, f"{name} {end}")
        after = names.index(name) + 1
        return ExportPage(self._ports.clock(), items, names[after] if after < len(names) else None)

    def _account(self, user_id: str, _: str) -> Part:
        details = self._ports.accounts.details(user_id)
        if details is None:
            raise UnauthenticatedError
        account = details.account
        networks = [{"network": network, "last_login_at": at} for network, at in account.networks.seen]
        since = account.second_factor.since if account.second_factor else None
        facts = {"id": account.id, **_plain(account), "networks": networks, "second_factor": since}
        found = [Exported(ExportKind.ACCOUNT, facts)]
        found += [Exported(ExportKind.SESSION, {"id": one.id, **_plain(one, "user_id")}) for one in details.sessions]
        found += [Exported(ExportKind.API_KEY, {"id": one.id, **_plain(one, "user_id")}) for one in details.api_keys]
        record = self._ports.attendees.own(user_id)
        if record is not None:
            facts = {"phone": record.facts.phone, "date_of_birth": record.facts.date_of_birth}
            found.append(Exported(ExportKind.OWN_RECORD, facts))
        mailbox = self._ports.mailboxes.get(account.email, consistent=True)
        muted = sorted(category.value for category in mailbox.muted)
        known = {"suppressed": mailbox.suppressed, "since": mailbox.since, "unsubscribed_from": muted}
        found.append(Exported(ExportKind.MAILBOX, known))
        return [*found, *self._invitations(account.email), *self._beside(user_id)], None

    def _invitations(self, email: str) -> list[Exported]:
        """To teams, while they are open; those that the account is in are fields of it."""
        found = self._ports.teams.invitations_to(mailboxes_of(self._ports.macs, email))
        return [Exported(ExportKind.TEAM_INVITATION, _plain(one, "mailbox", "owner_id")) for one in found]

    def _beside(self, user_id: str) -> list[Exported]:
        other = self._ports.personal.beside_account(user_id)
        found = [Exported(ExportKind.FORMER_ADDRESS, {"email": email}) for email in other.former]
        if other.change is not None:
            found.append(Exported(ExportKind.ADDRESS_CHANGE, _plain(other.change, "user_id", "revocations")))
        if other.feed_renewals:
            found.append(Exported(ExportKind.CALENDAR_FEED, {"renewals": other.feed_renewals}))
        if other.profile is not None:
            found.append(Exported(ExportKind.PUBLIC_PROFILE, _plain(other.profile)))
        for event_id, name in other.asked_names:
            found.append(Exported(ExportKind.ASKED_NAME, {"event_id": event_id, "name": name}))
        return found

    def _enrollments(self, user_id: str, place: str) -> Part:
        part = self._ports.enrollments.of_attendee(user_id, start=place or None, forward=True, limit=PAGE, statuses=())
        return self._exported([row for _, row in part.items], user_id, ExportKind.ENROLLMENT), part.end

    def _made(self, user_id: str, place: str) -> Part:
        part = self._ports.enrollments.made_by(user_id, start=place or None, forward=True, limit=PAGE, statuses=())
        return self._exported([row for _, row in part.items], user_id, ExportKind.ENROLLMENT_OF_OTHERS), part.end

    def _exported(self, rows: Sequence[Enrollment], user_id: str, kind: ExportKind) -> list[Exported]:
        events = self._ports.events.by_ids([row.key.event_id for row in rows])
        # What became of a mail says something of its address: that is its person's to know.
        own = kind is ExportKind.ENROLLMENT
        places = {row.key: OutboxKey.at(row.mail_place) for row in rows if row.mail_place and own}
        logs = self._ports.mail_logs.by_keys(list(places.values()))
        return [
            Exported(
                kind,
                {
                    "id": self._ports.handles.of(row.key),
                    **_of_event(row.key.event_id, events.get(row.key.event_id)),
                    **_plain(row, "made_by", "charged_to", "corrected"),
                    "made_by_you": row.made_by == user_id,
                    "history": _history(row, user_id),
                    "last_mail": _mail(logs.get(places[row.key]) if row.key in places else None),
                },
            )
            for row in rows
        ]

    def _records(self, user_id: str, place: str) -> Part:
        part = self._ports.attendees.of_keeper(user_id, start=place or None, forward=True, limit=PAGE, words=())
        return [
            Exported(ExportKind.KEPT_RECORD, {"id": one.id, **_plain(one, "kept_by", "facts"), **_plain(one.facts)})
            for _, one in part.items
        ], part.end

    def _events(self, user_id: str, place: str) -> Part:
        part = self._ports.lists.of_organizer(user_id, start=place or None, forward=True, limit=PAGE)
        whole, _ = self._ports.lists.whole_events([event.id for _, event in part.items])
        found = [whole.get(event.id, event) for _, event in part.items]
        return [
            Exported(
                ExportKind.EVENT,
                {"id": one.id, "status": one.status, "created_at": one.created_at, "updated_at": one.updated_at}
                | _plain(one.facts),
            )
            for one in found
        ], part.end

    def _messages(self, user_id: str, place: str) -> Part:
        """Those of one event: `place` is what comes before the event, and the last message of it that was shown."""
        before, _, shown = place.partition("|")
        part = self._ports.lists.of_organizer(user_id, start=before or None, forward=True, limit=1)
        found: list[Exported] = []
        for at, event in part.items:
            sent = self._ports.personal.messages(event.id, start=shown or None, limit=PAGE)
            found = [Exported(ExportKind.MESSAGE, {"id": one.id, **_plain(one)}) for _, one in sent.items]
            if sent.end is not None:
                return found, f"{before}|{sent.end}"
            if part.end is not None:
                return found, f"{at}|"
        return found, None


def _plain(value: Any, *without: str) -> dict[str, Any]:
    """The fields of a value, without what is secret or says nothing to its owner."""
    names = [one.name for one in dataclasses.fields(value) if one.name not in {*_SECRET, *_ELSEWHERE, *without}]
    return {name: getattr(value, name) for name in names}


def _of_event(event_id: str, event: Event | None) -> dict[str, Any]:
    return {
        "event_id": event_id,
        "event_title": event.facts.title if event else None,
        "event_starts_at": event.facts.starts_at if event else None,
    }


def _history(row: Enrollment, user_id: str) -> Iterable[dict[str, Any]]:
    """What happened; of others only that it was not the account's owner."""
    return [
        {"at": one.at, "status": one.status, "cause": one.cause, "by_you": one.actor == user_id} for one in row.history
    ]


def _mail(log: MailLog | None) -> dict[str, Any] | None:
    return {"kind": log.kind, "state": log.shown, "at": log.at, "reason": log.reason} if log else None
