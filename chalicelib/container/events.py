"""Building what is done with events."""

import functools
from typing import TYPE_CHECKING

from chalicelib.container.seating import SeatingCases

if TYPE_CHECKING:
    from chalicelib.services.calendar_feeds import CalendarFeeds
    from chalicelib.services.closing import Closing
    from chalicelib.services.event_changes import EventPorts
    from chalicelib.services.event_finder import EventFinder
    from chalicelib.services.indexing import Indexing
    from chalicelib.services.messaging import Messaging
    from chalicelib.services.publishing import Publishing


class EventCases(SeatingCases):
    @functools.cached_property
    def event_ports(self) -> "EventPorts":
        from chalicelib.services.event_changes import EventPorts

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
            pace=self.pace,
        )

    @functools.cached_property
    def publishing(self) -> "Publishing":
        from chalicelib.services.publishing import Publishing

        return Publishing(self.event_ports)

    @functools.cached_property
    def closing(self) -> "Closing":
        from chalicelib.services.closing import Closing

        return Closing(self.event_ports)

    @functools.cached_property
    def messaging(self) -> "Messaging":
        from chalicelib.services.messaging import Messaging

        return Messaging(self.event_ports, self.announcements, self.limiter, self.limits)

    @functools.cached_property
    def finder(self) -> "EventFinder":
        from chalicelib.services.event_finder import EventFinder

        return EventFinder(self.event_rows, self.calendar, self.clock)

    @functools.cached_property
    def calendar_feeds(self) -> "CalendarFeeds":
        from chalicelib.services.calendar_feeds import CalendarFeeds, FeedPorts

        ports = FeedPorts(
            calendars=self.calendars,
            calendar=self.calendar,
            feeds=self.feeds,
            events=self.events,
            enrollments=self.enrollments,
            accounts=self.accounts,
            macs=self.macs,
            clock=self.clock,
        )
        return CalendarFeeds(ports, self.settings.product_name)

    @functools.cached_property
    def indexing(self) -> "Indexing":
        from chalicelib.services.indexing import Indexing

        return Indexing(self.event_index, self.events, self.clock, self.new_id)
