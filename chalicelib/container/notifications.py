"""What tells people, and what became of it.

The mail sender alone delivers, and the API alone takes messages of organizers: both are imported where they are made.
"""

from functools import cached_property
from typing import TYPE_CHECKING

from chalicelib.container import Container
from chalicelib.services.events.cache import RecentEvents
from chalicelib.services.notifications.delivery.circuit_breaker import Breaker
from chalicelib.services.notifications.delivery.delivery_reports import DeliveryReportPorts, DeliveryReports
from chalicelib.services.notifications.status import MailStates
from chalicelib.services.notifications.unsubscribe import Preferences, UnsubscribeLinks

if TYPE_CHECKING:
    from chalicelib.services.notifications.announcements.announcement_history import AnnouncementHistory
    from chalicelib.services.notifications.announcements.organizer_messages import OrganizerMessages
    from chalicelib.services.notifications.delivery.deliver import Deliver


class NotificationCases:
    def __init__(self, container: Container) -> None:
        self._container = container
        store, clock, macs = container.store, container.clock, container.security.macs
        self.breaker = Breaker()
        self.recent_events = RecentEvents(store.events, clock)
        self.mail_states = MailStates(store.mail_logs)
        self.unsubscribe_links = UnsubscribeLinks(macs, store.mailboxes.mac, container.settings.api_at)
        self.preferences = Preferences(store.mailboxes, store.accounts, self.unsubscribe_links, clock)
        self.delivery_reports = DeliveryReports(
            DeliveryReportPorts(
                mailboxes=store.mailboxes,
                logs=store.mail_logs,
                outbox=store.outbox,
                enrollments=store.enrollments,
                seats=store.seats,
                clock=clock,
                rng=container.rng,
            )
        )

    @cached_property
    def organizer_messages(self) -> "OrganizerMessages":
        from chalicelib.services.notifications.announcements.organizer_messages import OrganizerMessages

        container = self._container
        return OrganizerMessages(
            container.events.ports, container.store.announcements, container.limiter, container.limits
        )

    @cached_property
    def announcement_history(self) -> "AnnouncementHistory":
        from chalicelib.services.notifications.announcements.announcement_history import AnnouncementHistory

        container, store = self._container, self._container.store
        return AnnouncementHistory(store.events, container.admin_reads, store.announced)

    @cached_property
    def deliver(self) -> "Deliver":
        from chalicelib.container.delivery import deliver

        return deliver(self._container)
