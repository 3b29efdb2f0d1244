"""Senders of mail beside that of the world, with parts of their own."""

from dataclasses import replace
from typing import Any

from chalicelib.services.notifications.delivery.deliver import Deliver
from chalicelib.services.notifications.mails.enrollment_emails import EnrollmentEmails


def another_sender(deliver: Deliver, **about_enrollments: Any) -> Deliver:
    """The same, but for these ports of the writer of mails about enrollments."""
    ports = deliver._ports
    writers = [
        EnrollmentEmails(replace(writer._ports, **about_enrollments))
        if isinstance(writer, EnrollmentEmails)
        else writer
        for writer in ports.writers
    ]
    return Deliver(replace(ports, writers=writers))
