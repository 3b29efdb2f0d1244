"""Who may call what: what each route needs, what each caller is, and what follows from the access tables.

A route that is not in `NEEDED` fails `test_access_matrix.py`: whoever adds one says here what it asks of its callers.
"""

from collections.abc import Mapping
from enum import Enum, StrEnum

from chalicelib.api.http.endpoints.endpoint import Endpoint
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.domain.accounts.account import KeyScope
from chalicelib.domain.errors import FreshLoginRequiredError
from chalicelib.services.enrollments import access as of_enrollments
from chalicelib.services.enrollments.access import Action, Relation
from chalicelib.services.events import access as of_events
from chalicelib.services.events.access import EventAction, EventRelation


class Caller(StrEnum):
    """Everybody is something to one event, one enrollment in it, and one record of a person."""

    ANONYMOUS = "anonymous"
    STRANGER = "stranger"  # signed in, with both roles that one may choose; somebody has invited them to a team
    SEEKER = "seeker"  # a stranger who enrols and organizes nothing
    FACILITATOR = "facilitator"  # a stranger who organizes and enrols nowhere
    ATTENDEE = "attendee"
    KEEPER = "keeper"  # keeps the record of somebody, and has enrolled them
    LINK = "link"  # the bearer of the mailed link of the attendee
    OWNER = "owner"
    MANAGER = "manager"  # of all events of the owner
    VIEWER = "viewer"
    CHECK_IN = "check_in"
    KEY_READ = "key read"  # API keys of the owner
    KEY_WRITE = "key write"
    KEY_CHECK_IN = "key check-in"
    ADMIN = "admin"
    STALE_ADMIN = "admin whose login is old"
    DISABLED = "disabled"  # an attendee whose account was disabled after they had logged in


class Need(Enum):
    """What a route asks of its callers that is in no table."""

    NOTHING = "nothing"  # what is sent or the address itself says everything: all callers are answered alike
    LOGIN = "login"  # it is about the caller
    ROLE_OF_ORGANIZERS = "role of organizers"
    OF_OWNER = "of owner"  # a login or a key that is the owner's
    OF_KEEPER = "of keeper"  # the record of a person that they keep
    OF_INVITED = "of invited"  # an invitation to the address of the stranger
    OF_MANAGER = "of manager"  # their membership
    ADMIN = "admin"


NEEDED: Mapping[str, Need | EventAction | Action] = {
    **dict.fromkeys(
        (
            "sign_up", "verify_email", "resend_otp", "forgot_password", "reset_password", "log_in", "refresh_tokens",
            "list_events", "list_upcoming_events", "list_available_events", "show_event_calendar",
            "show_organizer_calendar", "show_feed", "show_link", "follow_link", "show_ticket_page",
            "show_unsubscribe", "unsubscribe", "subscribe_again",
            "show_invitation", "decline_by_link", "list_countries", "show_country", "front_door",
            "list_ticket_keys", "check_health", "show_openapi", "show_swagger_ui", "show_redoc", "show_asset",
            "show_apple_pass", "save_to_google_wallet",
            "show_search", "show_month", "show_organizer", "show_event_page", "send_event_form", "show_mailed",
            "show_event_picture", "show_embedded_event", "show_oembed",
            "show_organizer_profile",
            "show_robots", "show_sitemap", "show_sitemap_part", "show_site_file", "show_favicon",
            "show_touch_icon", "show_problem",
        ),
        Need.NOTHING,
    ),
    **dict.fromkeys(
        (
            "log_out", "change_password", "show_me", "replace_me", "change_me", "ask_for_new_email",
            "verify_new_email", "list_sessions", "end_other_sessions", "show_second_factor", "set_up_second_factor",
            "turn_on_second_factor", "remove_second_factor", "export_me", "erase_me", "list_api_keys",
            "create_api_key", "list_my_events", "list_my_enrollments", "list_attendees", "create_attendee",
            "list_my_invitations", "list_my_teams", "show_feeds", "renew_feeds", "show_preferences",
            "choose_preferences", "show_own_organizer",
        ),
        Need.LOGIN,
    ),
    "create_event": Need.ROLE_OF_ORGANIZERS,
    "change_own_organizer": Need.ROLE_OF_ORGANIZERS,
    "end_session": Need.OF_OWNER,
    "revoke_api_key": Need.OF_OWNER,
    "show_attendee": Need.OF_KEEPER,
    "replace_attendee": Need.OF_KEEPER,
    "change_attendee": Need.OF_KEEPER,
    "delete_attendee": Need.OF_KEEPER,
    "list_enrollments_of_attendee": Need.OF_KEEPER,
    "accept_invitation": Need.OF_INVITED,
    "decline_invitation": Need.OF_INVITED,
    "list_events_of_team": Need.OF_MANAGER,
    "leave_team": Need.OF_MANAGER,
    "list_users": Need.ADMIN,
    "set_access": Need.ADMIN,
    "remove_second_factor_of": Need.ADMIN,
    "list_dead_letters": Need.ADMIN,
    "redrive_dead_letter": Need.ADMIN,
    "show_figures": Need.ADMIN,
    "list_acts": Need.ADMIN,
    "show_event": EventAction.SEE,
    "show_capacity": EventAction.SEE,
    "show_eligibility": EventAction.SEE,
    "list_waitlist": EventAction.SEE,
    "replace_event": EventAction.CHANGE,
    "change_event": EventAction.CHANGE,
    "publish_event": EventAction.CHANGE,
    "cancel_event": EventAction.CHANGE,
    "delete_event": EventAction.DELETE,
    "duplicate_event": EventAction.COPY,
    "send_message": EventAction.MESSAGE,
    "list_messages": EventAction.SEE_MESSAGES,
    "list_activity": EventAction.SEE_ACTIVITY,
    "show_figures_of_event": EventAction.SEE_ACTIVITY,
    "enrol_in_event": EventAction.ENROL_OTHERS,  # somebody else, by name and address
    "list_enrollments_of_event": EventAction.LIST,
    "export_enrollments": EventAction.LIST,
    "show_door": EventAction.LIST,
    "list_door_people": EventAction.LIST,
    "enrol_walk_in": EventAction.ENROL_AT_DOOR,
    "change_enrollments": EventAction.CHANGE_PEOPLE,
    "import_enrollments": EventAction.CHANGE_PEOPLE,
    "check_in_batch": EventAction.SCAN,
    "list_team": EventAction.SEE_TEAM,
    "invite_to_team": EventAction.CHANGE_TEAM,
    "change_role": EventAction.CHANGE_TEAM,
    "remove_from_team": EventAction.CHANGE_TEAM,
    "show_enrollment": Action.SEE,
    "show_history": Action.SEE,
    "show_ticket": Action.SHOW_TICKET,
    "replace_enrollment": Action.EDIT,
    "change_enrollment": Action.EDIT,
    "cancel_enrollment": Action.CANCEL,
    "delete_enrollment": Action.CANCEL,
    "confirm_enrollment": Action.CONFIRM,
    "promote_enrollment": Action.PROMOTE,
    "transfer_enrollment": Action.TRANSFER,
    "resend_mail": Action.RESEND,
    "check_in": Action.CHECK_IN,
    "undo_check_in": Action.CHECK_IN,
}  # fmt: skip
# Routes that anybody may call, and that show more to whom this is allowed.
SHOWS_MORE: Mapping[str, EventAction] = {"list_waitlist": EventAction.LIST}
KEYS = {
    Caller.KEY_READ: KeyScope.READ,
    Caller.KEY_WRITE: KeyScope.WRITE,
    Caller.KEY_CHECK_IN: KeyScope.CHECK_IN,
}
ADMINS = {Caller.ADMIN, Caller.STALE_ADMIN}
_TO_EVENT: Mapping[Caller, EventRelation] = {
    Caller.OWNER: EventRelation.ORGANIZER,
    Caller.KEY_READ: EventRelation.ORGANIZER,
    Caller.KEY_WRITE: EventRelation.ORGANIZER,
    Caller.KEY_CHECK_IN: EventRelation.CHECK_IN,
    Caller.MANAGER: EventRelation.MANAGER,
    Caller.VIEWER: EventRelation.VIEWER,
    Caller.CHECK_IN: EventRelation.CHECK_IN,
    Caller.ADMIN: EventRelation.ADMIN,
    Caller.STALE_ADMIN: EventRelation.ADMIN,
}
_TO_ENROLLMENT: Mapping[Caller, Relation] = {
    **{caller: Relation(relation.value) for caller, relation in _TO_EVENT.items()},
    Caller.ATTENDEE: Relation.PERSON,
    Caller.KEEPER: Relation.KEEPER,
    Caller.LINK: Relation.LINK,
}
_WHOSE = {
    Need.OF_OWNER: {Caller.OWNER},
    Need.OF_KEEPER: {Caller.KEEPER},
    Need.OF_INVITED: {Caller.STRANGER},
    Need.OF_MANAGER: {Caller.MANAGER},
}
LET_IN = "let in"
NO_LOGIN = "401 unauthenticated"
NOT_THERE = "404 not_found"
NOT_THEIRS = "403 forbidden"
FRESH = "403 fresh_login_required"
ROLE = "403 role_required"
SCOPE = "403 scope_missing"


def relation_to_event(caller: Caller) -> EventRelation:
    return _TO_EVENT.get(caller, EventRelation.ANYBODY)


def relation_to_enrollment(caller: Caller) -> Relation | None:
    return _TO_ENROLLMENT.get(caller)


def may_of_event(caller: Caller, action: EventAction) -> bool:
    return relation_to_event(caller) in of_events.MAY[action]


def may_of_enrollment(caller: Caller, action: Action) -> bool:
    return relation_to_enrollment(caller) in of_enrollments.MAY[action]


def expected(endpoint: Endpoint, caller: Caller) -> str:
    """What this caller is told at this route about what is there and listed; to be let in is not to succeed."""
    need = NEEDED[endpoint.name]
    at_the_edge = _before_anything_is_read(endpoint, caller)
    if at_the_edge is not None:
        return at_the_edge
    if isinstance(need, EventAction):
        return _of_event(endpoint, caller, need)
    if isinstance(need, Action):
        return _of_enrollment(endpoint, caller, need)
    return _of_no_table(endpoint, caller, need)


def _before_anything_is_read(endpoint: Endpoint, caller: Caller) -> str | None:
    if endpoint.auth is Auth.PUBLIC or (caller is Caller.ANONYMOUS and endpoint.auth.is_optional):
        return LET_IN
    if caller in {Caller.ANONYMOUS, Caller.DISABLED} or (caller is Caller.LINK and not endpoint.links):
        return NO_LOGIN
    if caller in KEYS and KEYS[caller] not in endpoint.keys.scopes:
        return SCOPE
    return None


def _of_event(endpoint: Endpoint, caller: Caller, action: EventAction) -> str:
    if action is EventAction.ENROL_OTHERS and caller is Caller.FACILITATOR:
        return ROLE
    if not may_of_event(caller, action):
        return NOT_THEIRS
    most = SHOWS_MORE.get(endpoint.name, action)
    is_act = caller is Caller.STALE_ADMIN and EventRelation.ANYBODY not in of_events.MAY[most]
    return FRESH if is_act and FreshLoginRequiredError in endpoint.raises else LET_IN


def _of_enrollment(endpoint: Endpoint, caller: Caller, action: Action) -> str:
    if relation_to_enrollment(caller) is None:
        return NOT_THERE
    if not may_of_enrollment(caller, action):
        return NO_LOGIN if caller is Caller.LINK else NOT_THEIRS
    return FRESH if caller is Caller.STALE_ADMIN and FreshLoginRequiredError in endpoint.raises else LET_IN


def _of_no_table(endpoint: Endpoint, caller: Caller, need: Need) -> str:
    if need is Need.ROLE_OF_ORGANIZERS:
        return ROLE if caller is Caller.SEEKER else LET_IN
    if need is Need.ADMIN:
        return {Caller.ADMIN: LET_IN, Caller.STALE_ADMIN: FRESH}.get(caller, NOT_THERE)
    if need in _WHOSE:
        return LET_IN if caller in _WHOSE[need] else NOT_THERE
    return FRESH if caller is Caller.STALE_ADMIN and FreshLoginRequiredError in endpoint.raises else LET_IN
