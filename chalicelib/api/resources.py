"""Every resource, in the order of the documentation: for what needs all of them; a request imports only its own."""

from chalicelib.api.accounts import address_routes as addresses
from chalicelib.api.accounts import login_routes as logins
from chalicelib.api.accounts import mail_routes as sign_ups
from chalicelib.api.accounts import routes as accounts
from chalicelib.api.accounts import second_factor_routes as second_factor
from chalicelib.api.admin import routes as admin
from chalicelib.api.attendees import routes as attendees
from chalicelib.api.calendars import routes as calendars
from chalicelib.api.checkin import door_routes as door
from chalicelib.api.checkin import key_routes as api_keys
from chalicelib.api.checkin import routes as attendance
from chalicelib.api.checkin import ticket_routes as tickets
from chalicelib.api.documents import problem_routes as problems
from chalicelib.api.documents import routes as documents
from chalicelib.api.enrollments import change_routes as changes
from chalicelib.api.enrollments import link_routes as links
from chalicelib.api.enrollments import routes as enrollments
from chalicelib.api.events import organizer_routes as organizers
from chalicelib.api.events import routes as events
from chalicelib.api.notifications import message_routes as messages
from chalicelib.api.notifications import routes as mailboxes
from chalicelib.api.pages import crawler_routes as site_files
from chalicelib.api.pages import event_routes as event_pages
from chalicelib.api.pages import routes as pages
from chalicelib.api.pages import share_routes as shared_events
from chalicelib.api.people import activity_routes as activity
from chalicelib.api.people import routes as people
from chalicelib.api.privacy import routes as privacy
from chalicelib.api.reference import routes as reference
from chalicelib.api.teams import member_routes as memberships
from chalicelib.api.teams import routes as teams
from chalicelib.api.wallets import routes as wallets

RESOURCES = (
    sign_ups.resource,
    accounts.resource,
    addresses.resource,
    logins.resource,
    second_factor.resource,
    privacy.resource,
    api_keys.resource,
    events.resource,
    organizers.resource,
    enrollments.resource,
    changes.resource,
    people.resource,
    activity.resource,
    attendance.resource,
    door.resource,
    attendees.resource,
    tickets.resource,
    messages.resource,
    teams.resource,
    memberships.resource,
    calendars.resource,
    links.resource,
    wallets.resource,
    mailboxes.resource,
    pages.resource,
    event_pages.resource,
    shared_events.resource,
    site_files.resource,
    admin.resource,
    reference.resource,
    problems.resource,
    documents.resource,
)
