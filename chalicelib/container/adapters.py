"""The adapters: what the outside world is made of, each made at its first use."""

import functools
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from pynamodb.connection.base import Connection

from chalicelib.domain import ids
from chalicelib.domain.reminders import Pace
from chalicelib.mail.queue import SqsQueue
from chalicelib.mail.render import TemplateRenderer
from chalicelib.mail.ses import SesMailer
from chalicelib.security.keyring import KeyRing, KeyRingError, RingMacs
from chalicelib.security.passwords import Argon2Passwords
from chalicelib.security.tokens import RingTokens
from chalicelib.services.accounts.ports import Passwords
from chalicelib.services.calendars.ports import Calendars
from chalicelib.services.checkin.ticket_code import Tickets
from chalicelib.services.enrollments.link_token import Links
from chalicelib.services.notifications.ports import DeadLetters, Mailer, Renderer
from chalicelib.services.shared.ports import Clock, NewId, Queue
from chalicelib.services.shared.rate_limits import GENEROUS_LIMITS, PRODUCTION_LIMITS, Limiter, Limits
from chalicelib.settings import PRODUCTION, Settings
from chalicelib.store.accounts import DynamoAccounts
from chalicelib.store.announcements import DynamoAnnouncements
from chalicelib.store.attendees import DynamoAttendees
from chalicelib.store.dynamo.client import Dynamo, connect
from chalicelib.store.dynamo.retries import Retries
from chalicelib.store.enrollments import DynamoEnrollments
from chalicelib.store.event_lists import DynamoEventLists
from chalicelib.store.events import DynamoEvents
from chalicelib.store.feeds import DynamoFeeds
from chalicelib.store.idempotency import DynamoAnswers
from chalicelib.store.outbox import DynamoOutbox
from chalicelib.store.people import DynamoPeople
from chalicelib.store.rate_limits import DynamoLimits
from chalicelib.store.search_index import DynamoEventIndex
from chalicelib.store.search_reads import DynamoPostings, Gather, one_by_one
from chalicelib.store.seats import DynamoSeats
from chalicelib.store.sessions import DynamoSessions

KEYS_KEPT_SECONDS = 300


def system_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the clock that everything else is given


class Adapters:
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
        dead_letters: DeadLetters | None = None,
        gather: Gather = one_by_one,
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
        self._given_dead_letters = dead_letters
        self._gather = gather
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
    def pace(self) -> Pace:
        return Pace(self.settings.reminder_speed)

    @functools.cached_property
    def links(self) -> Links:
        return Links(self.macs, self.settings.links_at)

    @functools.cached_property
    def calendars(self) -> Calendars:
        from chalicelib.calendars.rendering import IcsCalendars  # few requests need it

        return IcsCalendars(urlsplit(self.settings.public_url).hostname or "turnout", self.settings.mail_from)

    @functools.cached_property
    def tickets(self) -> Tickets:
        return Tickets(self.macs)

    @functools.cached_property
    def tokens(self) -> RingTokens:
        return RingTokens(self.ring, timedelta(minutes=self.settings.access_token_minutes))

    @functools.cached_property
    def passwords(self) -> Passwords:
        return self._given_passwords or Argon2Passwords(self.settings.shortest_password)

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
    def announcements(self) -> DynamoAnnouncements:
        return DynamoAnnouncements(self.dynamo, self.answers)

    @functools.cached_property
    def calendar(self) -> DynamoEventLists:
        return DynamoEventLists(self.dynamo)

    @functools.cached_property
    def event_rows(self) -> DynamoPostings:
        return DynamoPostings(self.dynamo, self._gather)

    @functools.cached_property
    def event_index(self) -> DynamoEventIndex:
        return DynamoEventIndex(self.dynamo)

    @functools.cached_property
    def seats(self) -> DynamoSeats:
        return DynamoSeats(self.dynamo)

    @functools.cached_property
    def enrollments(self) -> DynamoEnrollments:
        return DynamoEnrollments(self.dynamo, self.answers)

    @functools.cached_property
    def outbox(self) -> DynamoOutbox:
        return DynamoOutbox(self.dynamo)

    @functools.cached_property
    def feeds(self) -> DynamoFeeds:
        return DynamoFeeds(self.dynamo)

    @functools.cached_property
    def limiter(self) -> Limiter:
        return Limiter(DynamoLimits(self.dynamo), self.macs, self.clock, self.new_id)

    @functools.cached_property
    def limits(self) -> Limits:
        return PRODUCTION_LIMITS if self.settings.limits == PRODUCTION else GENEROUS_LIMITS

    @functools.cached_property
    def queue(self) -> Queue:
        return self._given_queue or SqsQueue(self.settings.mail_queue_url, self.settings.jobs_queue_url)

    @functools.cached_property
    def mailer(self) -> Mailer:
        settings = self.settings
        return self._given_mailer or SesMailer(settings.sender, settings.mail_reply_to, settings.mail_configuration_set)

    @functools.cached_property
    def renderer(self) -> Renderer:
        return self._given_renderer or TemplateRenderer(self.settings.product_name)
