"""What each kind of mail is told: one typed context a family of kinds; a template cannot ask for anything else."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts.account import UNNAMED
from chalicelib.domain.enrollments.enrollment import Cause, EnrollmentStatus
from chalicelib.domain.events.event import Event
from chalicelib.domain.events.event_changes import Facts, differences
from chalicelib.domain.shared.mail_budget import Charge

REQUEST = "REQUEST"  # iTIP (RFC 5546): put it into the calendar, or change what is there
CANCEL = "CANCEL"  # take it out again


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A text that goes with a mail; with a `method` it is an iCalendar object that calendars act upon."""

    name: str
    content_type: str
    text: str
    method: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """What the templates of one mail are told."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeContext(Context):
    """A code that proves an address. It greets nobody: until then, a name is a stranger's text in that mailbox."""

    code: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountContext(Context):
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetContext(AccountContext):
    """A key with which the owner of the mailbox chooses a new password."""

    token: str
    minutes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContext(AccountContext):
    """Something was done to an account: when, and from which network; empty: nobody knows."""

    at: datetime
    network: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingContext(NoticeContext):
    """An account is to be erased, and until when a login keeps it."""

    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessContext(NoticeContext):
    """An admin has disabled or enabled an account, for a reason of the closed list."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamInvitationContext(Context):
    """Who asks whom to work on an event. It greets nobody: a name would be a stranger's text in that mailbox."""

    inviter: str  # empty: an organizer who has told no name
    role: str
    title: str  # of the event; empty: all events of the organizer
    until: datetime
    link: str
    not_me_url: str = ""  # as in mails about enrollments that others made


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrollmentContext(Context):
    """Everything about one enrollment. `name` is the reader's, who may be another than the person that is enrolled."""

    name: str
    event: Event
    organizer: str
    link: str
    instead_of: str | None = None  # whose mail it is when the reader is another; empty: somebody without a name
    maker: str | None = None  # who enrolled them, if somebody else did; empty: somebody without a name
    status: str = ""  # empty: there is no enrollment (yet, or any more)
    before: str = ""  # the status before the last step
    cause: str = ""
    note: str | None = None
    party_size: int = 1
    until: datetime | None = None
    not_me_url: str = ""  # of what others did in the reader's name: where the reader ends all such mails

    @property
    def host(self) -> str:
        """Whose event it is; empty when they have told no name, because what stands in for it is English."""
        return "" if self.organizer == UNNAMED else self.organizer

    @property
    def because(self) -> str:
        """Why an enrollment is over, as far as mails tell reasons apart."""
        if self.cause in EXPLAINED_CAUSES:
            return self.cause
        return "left_waitlist" if self.before == EnrollmentStatus.WAITLISTED else "cancelled"

    @property
    def ran_out(self) -> bool:
        """Whether it is over because nobody answered in time."""
        return self.cause in {Cause.HOLD_EXPIRED, Cause.OFFER_EXPIRED}

    @property
    def has_place(self) -> bool:
        """Whether something is there that a guest need not ask for again."""
        return self.status in {EnrollmentStatus.CONFIRMED, EnrollmentStatus.WAITLISTED, EnrollmentStatus.OFFERED}


EXPLAINED_CAUSES = (
    Cause.BY_ORGANIZER,
    Cause.BY_KEEPER,
    Cause.HOLD_EXPIRED,
    Cause.OFFER_EXPIRED,
    Cause.DECLINED,
    Cause.HANDED_ON,
    Cause.NO_SHOW,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeContext(EnrollmentContext):
    """An event that is not what it was: `was` is what its people were told last, `becomes` what is true now."""

    was: Facts
    becomes: Facts

    @property
    def differs(self) -> tuple[str, ...]:
        """What changed, in the order in which it is told."""
        return differences(self.was, self.becomes)


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionalContext(EnrollmentContext):
    """A mail that nobody has to take: opening this address and pressing its button ends this category of them."""

    unsubscribe_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReminderContext(OptionalContext):
    of_end: bool = False  # a reminder of the end, not of the start


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUpContext(OptionalContext):
    """Some time after the seat was confirmed: everything about the event once more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageContext(OptionalContext):
    """What an organizer wrote, as plain text."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageTestContext(EnrollmentContext):
    """The same for its writer alone: `link` is the page of the event, as there is no enrollment."""

    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EmailDraft:
    """To which address, in whose language, and what it says."""

    to: str
    locale: str
    context: Context
    attachments: tuple[Attachment, ...] = ()
    charge: Charge | None = None  # None: the reader's own


def invitation(calendar: str, method: str = REQUEST) -> Attachment:
    """An iCalendar object as a part of a mail that calendars act upon by themselves."""
    return Attachment(name="invite.ics", content_type="text/calendar", text=calendar, method=method)
