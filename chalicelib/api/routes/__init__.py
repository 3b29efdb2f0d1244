"""Every resource, in the order of the documentation."""

from chalicelib.api.routes import (
    accounts,
    attendance,
    attendees,
    calendars,
    changes,
    documents,
    enrollments,
    events,
    links,
    mailboxes,
    messages,
    reference,
    tickets,
)

RESOURCES = (
    accounts.resource,
    events.resource,
    enrollments.resource,
    changes.resource,
    attendance.resource,
    attendees.resource,
    tickets.resource,
    messages.resource,
    calendars.resource,
    links.resource,
    mailboxes.resource,
    reference.resource,
    documents.resource,
)
