"""Building what is done with events."""

import functools
from typing import TYPE_CHECKING

from chalicelib.container.enrollments import SeatingCases

if TYPE_CHECKING:
    from chalicelib.services.calendars.feeds import CalendarFeeds
    from chalicelib.services.events.cancel import Closing
    from chalicelib.services.events.change import EventPorts
    from chalicelib.services.events.publish import Publishing
    from chalicelib.services.notifications.organizer_messages import Messaging
    from chalicelib.services.search.finder import EventFinder
    from chalicelib.services.search.indexer import Indexing


class EventCases(SeatingCases):
    @functools.cached_property
    def event_ports(self) -> "EventPorts":
        from chalicelib.services.events.change import EventPorts

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
        from chalicelib.services.events.publish import Publishing

        return Publishing(self.event_ports)

    @functools.cached_property
    def closing(self) -> "Closing":
        from chalicelib.services.events.cancel import Closing

        return Closing(self.event_ports)

    @functools.cached_property
    def messaging(self) -> "Messaging":
        from chalicelib.services.notifications.organizer_messages import Messaging

        return Messaging(self.event_ports, self.announcements, self.limiter, self.limits)

    @functools.cached_property
    def finder(self) -> "EventFinder":
        from chalicelib.services.search.finder import EventFinder

        return EventFinder(self.event_rows, self.calendar, self.clock)

    @functools.cached_property
    def calendar_feeds(self) -> "CalendarFeeds":
        from chalicelib.services.calendars.feeds import CalendarFeeds, FeedPorts

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
        from chalicelib.services.search.indexer import Indexing

        return Indexing(self.event_index, self.events, self.clock, self.new_id)
