"""The ports: what the use cases need from storage, queues, mail and keys, as small as each caller needs it."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.services.accounts.ports import Accounts, AttendeeRecords, Otps, Passwords, People, Sessions, Tokens
from chalicelib.services.calendars.ports import Calendars, Feeds
from chalicelib.services.events.ports import Calendar, Events, SeatReads
from chalicelib.services.notifications.announcement_port import Announcements
from chalicelib.services.notifications.ports import DeadLetters, Mailboxes, MailLogs
from chalicelib.services.seats.store_port import Enrollments
from chalicelib.services.shared.ports import Answers, DueTable, Macs, Mailer, Queue, Renderer

__all__ = [
    "Accounts",
    "Announcements",
    "Answers",
    "AttendeeRecords",
    "Calendar",
    "Calendars",
    "Clock",
    "DeadLetters",
    "DueTable",
    "Enrollments",
    "Events",
    "Feeds",
    "Macs",
    "MailLogs",
    "Mailboxes",
    "Mailer",
    "NewId",
    "Otps",
    "Passwords",
    "People",
    "Queue",
    "Renderer",
    "Report",
    "SeatReads",
    "Sessions",
    "Tokens",
]

Clock = Callable[[], datetime]
Report = Callable[..., None]  # a line of the log: what happened, and facts by name; never an address or a token
NewId = Callable[[datetime], str]  # a fresh ULID; given, so that a simulation owns the randomness
