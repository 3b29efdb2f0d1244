"""Every resource, in the order of the documentation."""

from chalicelib.api.routes import (
    accounts,
    attendance,
    attendees,
    changes,
    documents,
    enrollments,
    events,
    links,
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
    links.resource,
    reference.resource,
    documents.resource,
)
