"""The ports: what the use cases need from storage, queues, mail and keys, as small as each caller needs it."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.services.ports.announcements import Announcements
from chalicelib.services.ports.calendars import Calendars, Feeds
from chalicelib.services.ports.doing import Answers, DueTable, Macs, Mailer, Queue, Renderer
from chalicelib.services.ports.enrollments import Enrollments
from chalicelib.services.ports.events import Calendar, Events, SeatReads
from chalicelib.services.ports.mailboxes import DeadLetters, Mailboxes, MailLogs
from chalicelib.services.ports.people import Accounts, AttendeeRecords, Otps, Passwords, People, Sessions, Tokens

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
