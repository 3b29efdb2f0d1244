"""The one place that builds things: settings to adapters to services, each made at its first use."""

import functools
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from pynamodb.connection.base import Connection

from chalicelib import observability
from chalicelib.domain import ids
from chalicelib.mail.queue import SqsQueue
from chalicelib.mail.render import TemplateRenderer
from chalicelib.mail.ses import SesMailer
from chalicelib.security.keyring import KeyRing, KeyRingError, RingMacs
from chalicelib.security.passwords import Argon2Passwords
from chalicelib.security.tokens import RingTokens
from chalicelib.services.attendees import Attendees
from chalicelib.services.by_link import ByLink
from chalicelib.services.checking_in import CheckingIn
from chalicelib.services.closing import Closing
from chalicelib.services.confirming import Confirming
from chalicelib.services.delivering import Delivering, DeliveryPorts
from chalicelib.services.editing import Editing
from chalicelib.services.eligibility import Eligibility
from chalicelib.services.enrolling import Enrolling
from chalicelib.services.enrollment_mails import EnrollmentMailPorts
from chalicelib.services.event_changes import EventPorts
from chalicelib.services.event_rosters import EventRosters
from chalicelib.services.exports import Exports
from chalicelib.services.full_hints import FullHints
from chalicelib.services.guests import Guests
from chalicelib.services.handing_over import HandingOver
from chalicelib.services.jobs import JobPorts, Jobs
from chalicelib.services.leaving import Leaving
from chalicelib.services.limiting import GENEROUS_LIMITS, PRODUCTION_LIMITS, Limiter, Limits
from chalicelib.services.links import Links
from chalicelib.services.listing import Listing
from chalicelib.services.ports import Clock, Mailer, NewId, Passwords, Queue, Renderer
from chalicelib.services.profiles import Profiles
from chalicelib.services.promoting import Promoting
from chalicelib.services.publishing import Publishing
from chalicelib.services.resending import Resending
from chalicelib.services.rosters import Rosters
from chalicelib.services.scanning import Scanning
from chalicelib.services.seating import SeatingPorts
from chalicelib.services.settling import Settling
from chalicelib.services.signing_in import SessionFactory, SigningIn
from chalicelib.services.signing_up import OtpLimits, SigningUp
from chalicelib.services.sweeping import Sweeping
from chalicelib.services.tickets import Tickets
from chalicelib.services.transferring import Transferring
from chalicelib.settings import PRODUCTION, Settings
from chalicelib.store.accounts import DynamoAccounts
from chalicelib.store.answers import DynamoAnswers
from chalicelib.store.attendees import DynamoAttendees
from chalicelib.store.calendar import DynamoCalendar
from chalicelib.store.due import DynamoDue
from chalicelib.store.dynamo import Dynamo, connect
from chalicelib.store.enrollments import DynamoEnrollments
from chalicelib.store.events import DynamoEvents
from chalicelib.store.limits import DynamoLimits
from chalicelib.store.people import DynamoPeople
from chalicelib.store.retries import Retries
from chalicelib.store.seats import DynamoSeats
from chalicelib.store.sessions import DynamoSessions

KEYS_KEPT_SECONDS = 300
PRODUCTION_OTP = OtpLimits(interval=timedelta(seconds=60), a_day=5)
GENEROUS_OTP = OtpLimits(interval=timedelta(0), a_day=10_000)


def system_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the clock that everything else is given


class Container:
    """Adapters can be given (tests, simulations); what is not given is made for AWS when it is first needed."""

    def __init__(  # the parts that the outside world is made of
        self,
        settings: Settings,
        *,
        clock: Clock = system_clock,
        new_id: NewId = ids.new_ulid,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
        connection: Connection | None = None,
        queue: Queue | None = None,
        mailer: Mailer | None = None,
        passwords: Passwords | None = None,
        renderer: Renderer | None = None,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self.new_id = new_id
        self._sleep = sleep
        self.rng = rng or random.SystemRandom()
        self._connection = connection
        self._given_queue = queue
        self._given_mailer = mailer
        self._given_passwords = passwords
        self._given_renderer = renderer
        self._ring: tuple[float, KeyRing] | None = None

    # Keys

    def ring(self) -> KeyRing:
        """The key ring, read again every five minutes where it comes from SSM. Raises `KeyRingError` for a weak one."""
        if self._ring is None or (
            self.settings.key_ring_parameter and time.monotonic() - self._ring[0] > KEYS_KEPT_SECONDS
        ):
            self._ring = (time.monotonic(), KeyRing.parse(self._ring_text()))
        return self._ring[1]

    def _ring_text(self) -> str:
        if not self.settings.key_ring_parameter:
            if not self.settings.key_ring:
                raise KeyRingError("set KEY_RING or KEY_RING_PARAMETER: there is no default secret")
            return self.settings.key_ring
        import botocore.session

        client: Any = botocore.session.get_session().create_client("ssm")
        answer = client.get_parameter(Name=self.settings.key_ring_parameter, WithDecryption=True)
        return str(answer["Parameter"]["Value"])

    @functools.cached_property
    def macs(self) -> RingMacs:
        return RingMacs(self.ring)

    @functools.cached_property
    def links(self) -> Links:
        return Links(self.macs, self.settings.links_at)

    @functools.cached_property
    def tickets(self) -> Tickets:
        return Tickets(self.macs)

    @functools.cached_property
    def tokens(self) -> RingTokens:
        return RingTokens(self.ring, timedelta(minutes=self.settings.access_token_minutes))

    @functools.cached_property
    def passwords(self) -> Passwords:
        return self._given_passwords or Argon2Passwords(self.settings.shortest_password)

    # Storage

    @functools.cached_property
    def retries(self) -> Retries:
        return Retries(self._sleep, self.rng)

    @functools.cached_property
    def dynamo(self) -> Dynamo:
        return Dynamo(self._connection or connect(), self.settings.table_prefix, self.retries)

    @functools.cached_property
    def accounts(self) -> DynamoAccounts:
        return DynamoAccounts(self.dynamo)

    @functools.cached_property
    def people(self) -> DynamoPeople:
        return DynamoPeople(self.dynamo, self.new_id)

    @functools.cached_property
    def attendee_records(self) -> DynamoAttendees:
        return DynamoAttendees(self.dynamo, self.answers)

    @functools.cached_property
    def sessions(self) -> DynamoSessions:
        return DynamoSessions(self.dynamo)

    @functools.cached_property
    def answers(self) -> DynamoAnswers:
        return DynamoAnswers(self.dynamo, self.clock)

    @functools.cached_property
    def events(self) -> DynamoEvents:
        return DynamoEvents(self.dynamo, self.answers)

    @functools.cached_property
    def calendar(self) -> DynamoCalendar:
        return DynamoCalendar(self.dynamo)

    @functools.cached_property
    def seats(self) -> DynamoSeats:
        return DynamoSeats(self.dynamo)

    @functools.cached_property
    def enrollments(self) -> DynamoEnrollments:
        return DynamoEnrollments(self.dynamo, self.answers)

    @functools.cached_property
    def due(self) -> DynamoDue:
        return DynamoDue(self.dynamo)

    @functools.cached_property
    def limiter(self) -> Limiter:
        return Limiter(DynamoLimits(self.dynamo), self.macs, self.clock, self.new_id)

    @functools.cached_property
    def limits(self) -> Limits:
        return PRODUCTION_LIMITS if self.settings.limits == PRODUCTION else GENEROUS_LIMITS

    # Queues and mail

    @functools.cached_property
    def queue(self) -> Queue:
        return self._given_queue or SqsQueue(self.settings.mail_queue_url, self.settings.jobs_queue_url)

    @functools.cached_property
    def mailer(self) -> Mailer:
        return self._given_mailer or SesMailer(self.settings.mail_from)

    @functools.cached_property
    def renderer(self) -> Renderer:
        return self._given_renderer or TemplateRenderer(self.settings.product_name)

    # Use cases

    @functools.cached_property
    def session_factory(self) -> SessionFactory:
        return SessionFactory(self.tokens, self.new_id, life=timedelta(days=self.settings.refresh_token_days))

    @functools.cached_property
    def signing_up(self) -> SigningUp:
        return SigningUp(
            self.accounts,
            self.accounts,
            self.passwords,
            self.macs,
            self.queue,
            self.clock,
            self.new_id,
            limits=PRODUCTION_OTP if self.settings.limits == PRODUCTION else GENEROUS_OTP,
            strict=self.settings.sign_up_profile == "strict",
        )

    @functools.cached_property
    def signing_in(self) -> SigningIn:
        return SigningIn(self.accounts, self.sessions, self.passwords, self.tokens, self.session_factory, self.clock)

    @functools.cached_property
    def profiles(self) -> Profiles:
        return Profiles(self.accounts, self.passwords, self.session_factory, self.queue, self.clock, self.new_id)

    @functools.cached_property
    def event_ports(self) -> EventPorts:
        return EventPorts(
            events=self.events,
            seats=self.seats,
            accounts=self.accounts,
            macs=self.macs,
            queue=self.queue,
            clock=self.clock,
            new_id=self.new_id,
            hints=self.hints,
            settling=self.settling,
        )

    @functools.cached_property
    def publishing(self) -> Publishing:
        return Publishing(self.event_ports)

    @functools.cached_property
    def closing(self) -> Closing:
        return Closing(self.event_ports)

    @functools.cached_property
    def listing(self) -> Listing:
        return Listing(self.calendar, self.clock)

    @functools.cached_property
    def hints(self) -> FullHints:
        return FullHints()

    @functools.cached_property
    def seating(self) -> SeatingPorts:
        return SeatingPorts(
            enrollments=self.enrollments,
            events=self.events,
            seats=self.seats,
            accounts=self.accounts,
            people=self.people,
            queue=self.queue,
            clock=self.clock,
            new_id=self.new_id,
            retries=self.retries,
            rng=self.rng,
            hints=self.hints,
        )

    @functools.cached_property
    def enrolling(self) -> Enrolling:
        return Enrolling(self.seating, self.settling, self.confirming, self.limiter, self.limits)

    @functools.cached_property
    def guests(self) -> Guests:
        return Guests(self.seating, self.settling, self.limiter, self.limits)

    @functools.cached_property
    def handing_over(self) -> HandingOver:
        return HandingOver(self.seating)

    @functools.cached_property
    def settling(self) -> Settling:
        return Settling(self.seating, self.handing_over)

    @functools.cached_property
    def confirming(self) -> Confirming:
        return Confirming(self.seating)

    @functools.cached_property
    def leaving(self) -> Leaving:
        return Leaving(self.seating, self.handing_over)

    @functools.cached_property
    def eligibility(self) -> Eligibility:
        return Eligibility(self.seating)

    @functools.cached_property
    def promoting(self) -> Promoting:
        return Promoting(self.seating, self.handing_over, self.settling)

    @functools.cached_property
    def transferring(self) -> Transferring:
        return Transferring(self.seating, self.settling, self.limiter, self.limits)

    @functools.cached_property
    def editing(self) -> Editing:
        return Editing(self.seating, self.handing_over, self.settling)

    @functools.cached_property
    def resending(self) -> Resending:
        return Resending(self.seating, self.limiter, self.limits)

    @functools.cached_property
    def by_link(self) -> ByLink:
        return ByLink(self.seating, self.settling, self.confirming, self.leaving)

    @functools.cached_property
    def rosters(self) -> Rosters:
        return Rosters(self.enrollments, self.events, self.people, self.clock)

    @functools.cached_property
    def event_rosters(self) -> EventRosters:
        return EventRosters(self.enrollments, self.events, self.seats, self.people)

    @functools.cached_property
    def exports(self) -> Exports:
        return Exports(self.event_rosters)

    @functools.cached_property
    def checking_in(self) -> CheckingIn:
        return CheckingIn(self.seating, self.tickets)

    @functools.cached_property
    def scanning(self) -> Scanning:
        return Scanning(self.seating, self.tickets)

    @functools.cached_property
    def attendees(self) -> Attendees:
        return Attendees(self.attendee_records, self.enrollments, self.clock, self.new_id)

    @functools.cached_property
    def delivering(self) -> Delivering:
        return Delivering(
            DeliveryPorts(
                due=self.due,
                accounts=self.accounts,
                otps=self.accounts,
                about_enrollments=EnrollmentMailPorts(
                    enrollments=self.enrollments,
                    events=self.events,
                    seats=self.seats,
                    people=self.people,
                    links=self.links,
                    settle=self.settling.settle,
                ),
                macs=self.macs,
                renderer=self.renderer,
                mailer=self.mailer,
                clock=self.clock,
            )
        )

    @functools.cached_property
    def sweeping(self) -> Sweeping:
        return Sweeping(self.due, self.queue, self.clock)

    @functools.cached_property
    def jobs(self) -> Jobs:
        return Jobs(
            JobPorts(
                due=self.due,
                enrollments=self.enrollments,
                events=self.events,
                calendar=self.calendar,
                accounts=self.accounts,
                queue=self.queue,
                clock=self.clock,
                new_id=self.new_id,
                handing_over=self.handing_over,
                settling=self.settling,
            )
        )


_current: Container | None = None
_first_call = threading.Lock()


def current(environ: Mapping[str, str] | None = None) -> Container:
    """The container of this process, made from the environment at the first call."""
    global _current  # noqa: PLW0603 - one process, one container
    if _current is None:
        with _first_call:  # the local server has threads
            if _current is None:
                _current = _from_environment(environ)
    return _current


def _from_environment(environ: Mapping[str, str] | None) -> Container:
    import os

    settings = Settings.from_env(environ if environ is not None else os.environ)
    observability.configure(settings.log_level)
    return Container(settings)


def use(container: Container | None) -> None:
    """Install a container (tests, simulations); None goes back to the environment's."""
    global _current  # noqa: PLW0603
    _current = container


def warm() -> None:
    """Lambda's initialisation: read the keys, build the DynamoDB client, refuse to start without a strong secret."""
    container = current()
    container.ring()
    _ = container.dynamo.connection.client
