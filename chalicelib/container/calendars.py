"""Calendar files. The mail sender needs the renderer only: the feeds are imported where they are made."""

from functools import cached_property
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chalicelib.calendars.rendering import IcsCalendars
from chalicelib.container import Container
from chalicelib.services.calendars.ports import Calendars

if TYPE_CHECKING:
    from chalicelib.services.calendars.feeds import CalendarFeeds


class CalendarCases:
    def __init__(self, container: Container) -> None:
        self._container = container
        settings = container.settings
        self.renderer: Calendars = IcsCalendars(urlsplit(settings.public_url).hostname or "turnout", settings.mail_from)

    @cached_property
    def feeds(self) -> "CalendarFeeds":
        from chalicelib.services.calendars.feeds import CalendarFeeds, FeedPorts

        store = self._container.store
        ports = FeedPorts(
            calendars=self.renderer,
            calendar=store.event_lists,
            feeds=store.feeds,
            events=store.events,
            enrollments=store.enrollments,
            accounts=store.accounts,
            people=store.people,
            records=store.attendees,
            macs=self._container.security.macs,
            clock=self._container.clock,
        )
        return CalendarFeeds(ports, self._container.settings.product_name)
