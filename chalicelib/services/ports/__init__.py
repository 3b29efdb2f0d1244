"""The ports: what the use cases need from storage, queues, mail and keys, as small as each caller needs it."""

from collections.abc import Callable
from datetime import datetime

from chalicelib.services.ports.doing import Answers, DueTable, Macs, Mailer, Queue, Renderer
from chalicelib.services.ports.enrollments import Enrollments
from chalicelib.services.ports.events import Calendar, Events, SeatReads
from chalicelib.services.ports.mailboxes import Mailboxes, MailLogs
from chalicelib.services.ports.people import Accounts, AttendeeRecords, Otps, Passwords, People, Sessions, Tokens

__all__ = [
    "Accounts",
    "Answers",
    "AttendeeRecords",
    "Calendar",
    "Clock",
    "DueTable",
    "Enrollments",
    "Events",
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
    "SeatReads",
    "Sessions",
    "Tokens",
]

Clock = Callable[[], datetime]
NewId = Callable[[datetime], str]  # a fresh ULID; given, so that a simulation owns the randomness
