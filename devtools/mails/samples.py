"""Made-up facts for every kind of mail and every variant of what it may say."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from chalicelib.domain.accounts.account import UNNAMED
from chalicelib.domain.accounts.audit import Reason
from chalicelib.domain.enrollments.enrollment import Cause
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.events.event_facts import EventFacts, WaitlistMode
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.services.notifications.contexts import (
    AccountContext,
    ChangeContext,
    Context,
    EnrollmentContext,
    FollowUpContext,
    MessageContext,
    MessageTestContext,
    ReminderContext,
    TeamInvitationContext,
)
from chalicelib.services.notifications.mails.kinds import MAIL_KINDS

START = datetime(2026, 7, 1, 9, 0, tzinfo=UTC)
UNTIL = START - timedelta(days=29, hours=23, minutes=45)
FACTS = EventFacts(
    title="Grüße & <b>Tags</b>: HTML for beginners",
    starts_at=START,
    ends_at=START + timedelta(hours=6),
    timezone="Europe/Berlin",
    location="Alter Markt 1, 50667 Köln",
    url="https://example.org/html?for=beginners&level=1",
    online=True,
    description="We start from nothing: tags, attributes, <entities>.\n\nBring a laptop & something to drink.",
)
EVENT = Event(
    id="01JZ0000000000000000000000",
    organizer_id="01JY0000000000000000000000",
    facts=FACTS,
    status=EventStatus.PUBLISHED,
    buckets=1,
    version=1,
    created_at=START - timedelta(days=60),
    updated_at=START - timedelta(days=60),
)
LINK = "https://events.example.org/g/g_Zml4ZWQ.bWFkZS11cC1mb3ItcHJldmlld3M"
INVITATION = "https://events.example.org/team-invitations/dGVhbQ.bWFkZS11cA"
UNSUBSCRIBE = "https://events.example.org/unsubscribe/dW5zdWJzY3JpYmU.bWFkZS11cA"
BY_OTHERS = {"not_me_url": "https://events.example.org/unsubscribe/bm90X21l.bWFkZS11cA"}
ENROLLMENT: Mapping[str, Any] = {"name": "Ada", "event": EVENT, "organizer": "Olga Organizer", "link": LINK}
LONG_WORD = "Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    kind: OutboxKind
    variant: str
    context: Context

    @property
    def name(self) -> str:
        return f"{self.kind}-{self.variant}"


def samples() -> Iterator[Sample]:
    """Every kind in the order of `OutboxKind`, the usual variant first."""
    for kind, mail in MAIL_KINDS.items():
        context = mail.context
        for variant, changes in VARIANTS[kind].items():
            usual = {**ENROLLMENT, **USUAL.get(context, {})} if issubclass(context, EnrollmentContext) else {}
            yield Sample(kind=kind, variant=variant, context=context(**{**usual, **changes}))


def at_its_longest(context: Context) -> Context:
    """The same mail with words that are too long for any line."""
    if isinstance(context, AccountContext):
        return replace(context, name=LONG_WORD)
    if isinstance(context, TeamInvitationContext):
        inviter = LONG_WORD if context.inviter else ""
        return replace(context, inviter=inviter, title="W" * 200 if context.title else "", link=LINK + "x" * 300)
    if not isinstance(context, EnrollmentContext):
        return context
    facts = replace(
        FACTS,
        title="W" * 200,
        location=LONG_WORD * 2,
        url=f"https://example.org/{'a' * 400}",
        description=LONG_WORD * 4,
    )
    changes: dict[str, Any] = {
        "name": LONG_WORD,
        "organizer": LONG_WORD,
        "link": LINK + "x" * 300,
        "event": replace(EVENT, facts=facts),
    }
    for name in ("note", "maker", "instead_of", "body"):
        if getattr(context, name, None):
            changes[name] = LONG_WORD
    if isinstance(context, ChangeContext):
        changes |= {"was": replace(facts, title="V" * 200), "becomes": facts}
    return replace(context, **changes)


def _facts(**changes: Any) -> Event:
    return replace(EVENT, facts=replace(FACTS, **changes))


def _was(**changes: Any) -> dict[str, Any]:
    return {"was": replace(FACTS, **changes)}


_MOVED = {"starts_at": START - timedelta(days=250, hours=2), "ends_at": START - timedelta(days=248), "timezone": "UTC"}
_MAKERS: Mapping[str, dict[str, Any]] = {
    "by_maker": {"maker": "Mia Maker", **BY_OTHERS},
    "by_somebody": {"maker": "", **BY_OTHERS},
}
_WORDS = {
    "subject": "The room is another one",
    "body": "Dear all,\n\nplease come to room <B>, not A:\n  - it has  more sockets\n  - & a window\n\nOlga",
}
USUAL: Mapping[type[Context], dict[str, Any]] = {
    ChangeContext: {"was": FACTS, "becomes": FACTS},
    ReminderContext: {"unsubscribe_url": UNSUBSCRIBE},
    FollowUpContext: {"unsubscribe_url": UNSUBSCRIBE},
    MessageContext: {"unsubscribe_url": UNSUBSCRIBE, **_WORDS},
    MessageTestContext: _WORDS,
}
RESET_KEY = (
    "k1.MDFLVDE2SktNMEJZUVc0N1E3SFAyNk1aRDN8MTc4MDMwNTMwMHw5ZjE0MDI1YWYwMDY1YjMwZTQ3ZTIzZGRiZjAyZjdhMw"
    ".n1hQb0cDq3l4tJ8rJw2s5g"
)
NOTICE: dict[str, Any] = {"name": "Ada", "at": UNTIL, "network": "192.0.2.0/24"}
_INVITED: dict[str, Any] = {
    "inviter": "Olga Organizer",
    "role": "manager",
    "title": FACTS.title,
    "until": UNTIL,
    "link": INVITATION,
}
VARIANTS: Mapping[OutboxKind, Mapping[str, dict[str, Any]]] = {
    OutboxKind.VERIFY_EMAIL: {"usual": {"code": "042042", "minutes": 5}},
    OutboxKind.ACCOUNT_EXISTS: {"usual": {"name": "Ada"}, "unnamed": {"name": ""}},
    OutboxKind.PASSWORD_RESET: {"usual": {"name": "Ada", "token": RESET_KEY, "minutes": 15}},
    OutboxKind.VERIFY_NEW_EMAIL: {"usual": {"code": "042042", "minutes": 5}},
    OutboxKind.EMAIL_CHANGED: {"usual": NOTICE},
    OutboxKind.PASSWORD_CHANGED: {"usual": NOTICE, "unknown_network": {**NOTICE, "network": ""}},
    OutboxKind.NEW_NETWORK: {"usual": NOTICE, "unnamed": {**NOTICE, "name": "", "network": "2001:db8:1234::/48"}},
    OutboxKind.API_KEY_MADE: {"usual": NOTICE},
    OutboxKind.SECOND_FACTOR_ON: {"usual": NOTICE},
    OutboxKind.SECOND_FACTOR_OFF: {"usual": NOTICE},
    OutboxKind.LOGIN_STOLEN: {"usual": NOTICE},
    OutboxKind.ACCOUNT_CLOSING: {"usual": {**NOTICE, "until": UNTIL + timedelta(days=14)}},
    OutboxKind.ACCOUNT_KEPT: {"usual": NOTICE},
    OutboxKind.ACCOUNT_DISABLED: {reason.value: {**NOTICE, "network": "", "reason": reason.value} for reason in Reason},
    OutboxKind.ACCOUNT_ENABLED: {"usual": {**NOTICE, "network": "", "reason": Reason.MISTAKE.value}},
    OutboxKind.TEAM_INVITATION: {
        "usual": _INVITED,
        "viewer": {**_INVITED, "role": "viewer"},
        "door": {**_INVITED, "role": "check_in", "inviter": ""},
        "all_events": {**_INVITED, "title": ""},
        "unnamed_all_events": {**_INVITED, "title": "", "inviter": ""},
    },
    OutboxKind.ENROLLMENT_CONFIRMED: {
        "usual": {},
        **_MAKERS,
        "taken_over": {"cause": Cause.TAKEN_OVER.value},
        "party": {"party_size": 3},
        "for_another": {"instead_of": "Kim Kid"},
        "for_somebody": {"instead_of": ""},
        "unnamed": {"name": "", "organizer": ""},
        "bare": {"event": _facts(location=None, url=None, online=False, ends_at_assumed=True)},
        "priced": {"event": _facts(price="1250.00", currency="EUR"), "party_size": 2},
        "whole_days": {
            "event": _facts(
                all_day=True,
                starts_at=START.replace(day=1, hour=22) - timedelta(days=1),
                ends_at=START.replace(day=3, hour=22),
            )
        },
        "repeated_hour": {
            "event": _facts(
                starts_at=datetime(2026, 10, 25, 0, 45, tzinfo=UTC), ends_at=datetime(2026, 10, 25, 1, 15, tzinfo=UTC)
            )
        },
        "days": {
            "event": _facts(
                starts_at=datetime(2026, 10, 23, 16, 0, tzinfo=UTC), ends_at=datetime(2026, 10, 25, 17, 0, tzinfo=UTC)
            )
        },
    },
    OutboxKind.ENROLLMENT_CANCELLED: {
        "usual": {"cause": Cause.BY_ATTENDEE.value},
        "left_waitlist": {"cause": Cause.BY_ATTENDEE.value, "before": "waitlisted"},
        "by_organizer": {"cause": Cause.BY_ORGANIZER.value},
        "by_organizer_with_note": {
            "cause": Cause.BY_ORGANIZER.value,
            "note": "The room is <too> small.\nPlease come next time.",
        },
        **{
            cause.value: {"cause": cause.value}
            for cause in (
                Cause.BY_KEEPER,
                Cause.HOLD_EXPIRED,
                Cause.OFFER_EXPIRED,
                Cause.DECLINED,
                Cause.HANDED_ON,
                Cause.NO_SHOW,
            )
        },
    },
    OutboxKind.ENROLLMENT_PENDING: {
        name: {"until": UNTIL, "status": "pending", **more} for name, more in {"usual": {}, **_MAKERS}.items()
    },
    OutboxKind.ENROLLMENT_WAITLISTED: {
        "usual": {},
        "offers": {"event": _facts(waitlist_mode=WaitlistMode.OFFER)},
        **_MAKERS,
    },
    OutboxKind.WAITLIST_CLOSED: {
        "usual": {"cause": Cause.WAITLIST_CLOSED.value, "before": "waitlisted"},
        "too_large": {"cause": Cause.NEVER_FITS.value, "before": "waitlisted", "party_size": 3},
    },
    OutboxKind.ENROLLMENT_OFFERED: {"usual": {"until": UNTIL, "status": "offered"}},
    OutboxKind.ENROLLMENT_PROMOTED: {"usual": {}, "by_organizer": {"cause": Cause.CHOSEN.value}},
    OutboxKind.GUEST_LINK: {
        "usual": {"name": "", "status": "pending", "until": UNTIL, **BY_OTHERS},
        "placed": {"name": "", "status": "confirmed"},
        "without": {"name": "", **BY_OTHERS},
    },
    OutboxKind.EVENT_CANCELLED: {"usual": {}},
    OutboxKind.EVENT_CHANGED: {
        "usual": _was(**_MOVED),
        "place": _was(location=None),
        "everything": _was(
            title="HTML for experts",
            location="Neumarkt 2, Köln",
            online=False,
            url="https://old.example.org/",
            **_MOVED,
        ),
    },
    OutboxKind.REMINDER: {
        "usual": {},
        "of_end": {"of_end": True},
        "by_others": BY_OTHERS,
        "of_unset_end": {"of_end": True, "event": _facts(ends_at_assumed=True)},
    },
    OutboxKind.FOLLOW_UP: {"usual": {}, "without_description": {"event": _facts(description="")}},
    OutboxKind.ORGANIZER_MESSAGE: {"usual": {}, "unnamed": {"organizer": UNNAMED}},
    OutboxKind.MESSAGE_TEST: {"usual": {}},
}
