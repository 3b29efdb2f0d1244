"""What admins are shown and send."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from chalicelib.api.http.request.schemas import Body, Line, ListQuery, Out, UtcTime
from chalicelib.domain.accounts.account import Account, Role
from chalicelib.domain.accounts.audit import Act, ActKind, Reason
from chalicelib.domain.outbox.queues import QueueName
from chalicelib.domain.shared.limits import MAX_EMAIL, MAX_REFERENCE
from chalicelib.services.admin.figures import FiguresNow, Lane
from chalicelib.services.admin.ports import Letter

READ_ONLY = frozenset({"id", "email", "username", "first_name", "last_name", "roles", "email_verified", "created_at"})
_WHY = "Required with `disabled`. One word of a list: the trail holds no personal data, and the mail says it in words."


class UsersQuery(ListQuery):
    q: Annotated[Line, Field(min_length=1, max_length=MAX_EMAIL)] | None = Field(
        None, examples=["ada@example.org"], description="The whole address, username or id of one account."
    )


ReasonName = Literal["abuse", "spam", "fraud", "compromised", "requested", "mistake", "other"]
Reference = Annotated[
    str,
    StringConstraints(max_length=MAX_REFERENCE, pattern=r"^[A-Za-z0-9._/#-]*$"),
    Field(examples=["CASE-1234"], description="What the case is called elsewhere, such as a ticket."),
]


class UserOut(Out):
    id: str
    email: str
    username: str | None
    first_name: str
    last_name: str
    roles: list[Role]
    email_verified: bool
    disabled: bool
    second_factor: bool = Field(description="Whether a login needs a code beside the password.")
    created_at: UtcTime


class AccessIn(Body):
    disabled: bool | None = Field(None, description="Without it nothing changes.")
    reason: ReasonName | None = Field(None, description=_WHY)
    reference: Reference = ""


class RemovalIn(Body):
    reason: ReasonName = Field(description="Stands in the trail. A word of this list.")
    reference: Reference = ""


class LetterOut(Out):
    id: str
    queue: QueueName
    kind: str = Field(description="Of the mail or the job.")
    reason: str
    failed_at: UtcTime
    redriven_at: UtcTime | None = Field(description="When somebody had it tried again; what fails again is a new one.")


class NumberOut(Out):
    number: int
    exact: bool = Field(description="A lower bound if false.")


class EnrollmentFiguresOut(Out):
    events: int = Field(description="How many of the next published events are counted, 100 at most.")
    all: bool = Field(description="Whether these are all that have not started.")
    pending: int
    offered: int
    confirmed: int
    waitlisted: int


class EventFiguresOut(Out):
    published: int
    cancelled: int
    unlisted: int = Field(description="Published or cancelled ones that no list shows; in neither of the others.")


class LaneOut(Out):
    swept_until: UtcTime | None = Field(description="What was due before is done, but for what oldest_waiting says.")
    oldest_waiting: UtcTime | None


class LanesOut(Out):
    mail: LaneOut
    jobs: LaneOut


class FiguresOut(Out):
    at: UtcTime
    accounts: NumberOut
    events: EventFiguresOut
    enrollments: EnrollmentFiguresOut
    dead_letters: NumberOut
    due: LanesOut


class ActOut(Out):
    id: str
    at: UtcTime
    admin_id: str = Field(description="Of an account, or `operator`: a command.")
    kind: ActKind
    about: str = Field(description="The id of the account, event, enrollment or letter; empty: of many.")
    request_id: str
    reason: Reason | None
    reference: str


def user_out(account: Account) -> UserOut:
    return UserOut(
        id=account.id,
        email=account.email,
        username=account.username,
        first_name=account.first_name,
        last_name=account.last_name,
        roles=list(account.roles),
        email_verified=account.email_verified,
        disabled=account.disabled,
        second_factor=account.second_factor is not None,
        created_at=account.created_at,
    )


def letter_out(letter: Letter) -> LetterOut:
    return LetterOut(
        id=letter.id,
        queue=letter.queue,
        kind=letter.kind,
        reason=letter.reason,
        failed_at=letter.failed_at,
        redriven_at=letter.redriven_at,
    )


def act_out(act: Act) -> ActOut:
    return ActOut(
        id=act.id,
        at=act.at,
        admin_id=act.admin_id,
        kind=act.kind,
        about=act.about,
        request_id=act.request_id,
        reason=act.reason,
        reference=act.reference,
    )


def figures_out(now: FiguresNow) -> FiguresOut:
    statuses = ("pending", "offered", "confirmed", "waitlisted")
    return FiguresOut(
        at=now.at,
        accounts=_number(now.accounts),
        events=EventFiguresOut(**now.events),
        enrollments=EnrollmentFiguresOut(
            events=now.next_events,
            all=now.next_events_are_all,
            **{status: now.enrollments.get(status, 0) for status in statuses},
        ),
        dead_letters=_number(now.letters),
        due=LanesOut(mail=_lane(now.lanes[QueueName.MAIL]), jobs=_lane(now.lanes[QueueName.JOBS])),
    )


def _number(counted: tuple[int, bool]) -> NumberOut:
    return NumberOut(number=counted[0], exact=counted[1])


def _lane(lane: Lane) -> LaneOut:
    return LaneOut(swept_until=lane.swept_until, oldest_waiting=lane.oldest_waiting)
