"""Every resource, in the order of the documentation."""

from chalicelib.api.routes import accounts, documents, enrollments, events, reference

RESOURCES = (accounts.resource, events.resource, enrollments.resource, reference.resource, documents.resource)
