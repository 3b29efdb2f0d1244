"""The one place that builds things: adapters in three groups, and one module of use cases for each capability.

A function of AWS pays at its start for what it does: a capability is imported when it is first asked for.
"""

import importlib
import os
import random
import threading
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from chalicelib import observability
from chalicelib.container.made import Made
from chalicelib.container.mail import Mail
from chalicelib.container.security import Security
from chalicelib.domain.outbox import buckets as outbox_buckets
from chalicelib.domain.outbox.buckets import Buckets
from chalicelib.domain.shared import ids
from chalicelib.settings import PRODUCTION, Settings
from chalicelib.store.dynamo.parallel import Gather, in_threads, one_by_one

if TYPE_CHECKING:
    from pynamodb.connection.base import Connection

    from chalicelib.container.accounts import AccountCases
    from chalicelib.container.admin import AdminCases
    from chalicelib.container.attendees import AttendeeCases
    from chalicelib.container.background import BackgroundCases
    from chalicelib.container.calendars import CalendarCases
    from chalicelib.container.checkin import CheckInCases
    from chalicelib.container.enrollments import EnrollmentCases
    from chalicelib.container.events import EventCases
    from chalicelib.container.notifications import NotificationCases
    from chalicelib.container.people import PeopleCases
    from chalicelib.container.privacy import PrivacyCases
    from chalicelib.container.search import SearchCases
    from chalicelib.container.seats import SeatCases
    from chalicelib.container.store import Store
    from chalicelib.container.teams import TeamCases
    from chalicelib.domain.notifications.reminders import Pace
    from chalicelib.domain.shared.limits import RateLimits
    from chalicelib.services.accounts.ports import Passwords
    from chalicelib.services.events.admin_reads import AdminReads
    from chalicelib.services.notifications.ports import DeadLetters, Mailer, Renderer
    from chalicelib.services.shared.ports import Clock, NewId, Queue
    from chalicelib.services.shared.process_limits import ProcessLimits
    from chalicelib.services.shared.rate_limits import Limiter
    from chalicelib.store.dynamo.retries import Retries


def system_clock() -> datetime:
    return datetime.now(UTC)  # noqa: TID251 - this is the clock that everything else is given


def _cases(capability: str, name: str) -> Made[Any]:
    """The use cases of a capability: a class beside this module, made with the container."""

    def build(container: "Container") -> Any:
        return getattr(importlib.import_module(f"{__name__}.{capability}"), name)(container)

    return Made(build)


class Container:
    """Adapters can be given (tests, simulations); what is not given is made for AWS when it is first needed."""

    accounts: "Made[AccountCases]" = _cases("accounts", "AccountCases")
    admin: "Made[AdminCases]" = _cases("admin", "AdminCases")
    attendees: "Made[AttendeeCases]" = _cases("attendees", "AttendeeCases")
    background: "Made[BackgroundCases]" = _cases("background", "BackgroundCases")
    calendars: "Made[CalendarCases]" = _cases("calendars", "CalendarCases")
    checkin: "Made[CheckInCases]" = _cases("checkin", "CheckInCases")
    enrollments: "Made[EnrollmentCases]" = _cases("enrollments", "EnrollmentCases")
    events: "Made[EventCases]" = _cases("events", "EventCases")
    notifications: "Made[NotificationCases]" = _cases("notifications", "NotificationCases")
    people: "Made[PeopleCases]" = _cases("people", "PeopleCases")
    privacy: "Made[PrivacyCases]" = _cases("privacy", "PrivacyCases")
    search: "Made[SearchCases]" = _cases("search", "SearchCases")
    seats: "Made[SeatCases]" = _cases("seats", "SeatCases")
    teams: "Made[TeamCases]" = _cases("teams", "TeamCases")

    def __init__(
        self,
        settings: Settings,
        *,
        clock: "Clock" = system_clock,
        new_id: "NewId" = ids.new_ulid,
        sleep: Callable[[float], None] = time.sleep,
        rng: random.Random | None = None,
        connection: "Connection | None" = None,
        queue: "Queue | None" = None,
        mailer: "Mailer | None" = None,
        passwords: "Passwords | None" = None,
        renderer: "Renderer | None" = None,
        dead_letters: "DeadLetters | None" = None,
        gather: Gather = one_by_one,
    ) -> None:
        self.settings = settings
        outbox_buckets.use(Buckets.parse(settings.due_shards))
        self.clock = clock
        self.new_id = new_id
        self.rng = rng or random.SystemRandom()
        self.security = Security(settings, passwords)
        self.mail = Mail(settings, queue=queue, mailer=mailer, renderer=renderer, dead_letters=dead_letters)
        self._sleep = sleep
        self._connection = connection
        self._gather = gather

    @cached_property
    def retries(self) -> "Retries":
        from chalicelib.store.dynamo.retries import Retries

        return Retries(self._sleep, self.rng)

    @cached_property
    def store(self) -> "Store":
        from chalicelib.container.store import Store

        return Store(self, self._connection, self._gather)

    @cached_property
    def pace(self) -> "Pace":
        from chalicelib.domain.notifications.reminders import Pace

        return Pace(self.settings.reminder_speed)

    @cached_property
    def limits(self) -> "RateLimits":
        from chalicelib.domain.shared.limits import GENEROUS_LIMITS, PRODUCTION_LIMITS

        return PRODUCTION_LIMITS if self.settings.limits == PRODUCTION else GENEROUS_LIMITS

    @cached_property
    def process_limits(self) -> "ProcessLimits":
        from chalicelib.services.shared.process_limits import ProcessLimits

        return ProcessLimits(self.limits, self.clock)

    @cached_property
    def admin_reads(self) -> "AdminReads":
        from chalicelib.services.events.admin_reads import AdminReads

        return AdminReads(self.clock, self.store.audit, self.new_id)

    @cached_property
    def limiter(self) -> "Limiter":
        from chalicelib.services.shared.rate_limits import Limiter

        return Limiter(self.store.rate_limits, self.security.macs, self.clock, self.new_id, report=observability.info)


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
    settings = Settings.from_env(environ if environ is not None else os.environ)
    observability.configure(settings.log_level)
    return Container(settings, gather=in_threads())


def use(container: Container | None) -> None:
    """Install a container (tests, simulations); None goes back to the environment's."""
    global _current  # noqa: PLW0603
    _current = container


def warm() -> None:
    """Lambda's initialisation: read the keys, build the DynamoDB client, refuse to start without a strong secret."""
    container = current()
    container.security.ring()
    _ = container.store.dynamo.connection.client
