"""Examples of bodies and answers by the name of their schema; a test validates each."""

from typing import Any

from chalicelib.api.events.fields import json_value
from chalicelib.api.events.schemas import EventSummaryOut
from chalicelib.api.http.request.headers import ANY_SERVER
from chalicelib.domain.events.event_facts import FACTS

EVENT_ID = "01JZ3V5E9GQ7M2X4T6R8W0YABC"
USER_ID = "01JZ3V4Q8RS6K1W3N5P7T9VXYZ"
ENROLLMENT_ID = "e_zeCMDplKLqqJYwxjaKLpQ536Ks7KZErWMv4zYflBdiqIwx8HGf3U_yAPmSFO"
SECOND_USER_ID = "01JZ3V6B2C4D6E8F0G2H4J6K8M"
_ACCOUNT = {
    "id": USER_ID,
    "email": "ada@example.org",
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Byron",
    "roles": ["seeker", "facilitator"],
    "email_verified": True,
    "locale": "en",
    "embed_on": ["https://example.org"],
    "created_at": "2030-06-01T09:00:00Z",
}
_PAIR = {"access": "eyJhbGciOiJIUzI1NiIsImtpZCI6...", "refresh": "r_...", "expires_in": 3600}
_SESSION = {
    "id": "01JZ3V7D3E5F7G9H1J3K5M7N9P",
    "created_at": "2030-06-01T09:00:00Z",
    "last_used_at": "2030-06-03T10:00:00Z",
    "expires_at": "2030-06-10T10:00:00Z",
    "network": "192.0.2.0/24",
    "current": True,
}
_API_KEY = {
    "id": "01JZ3V6B2C4D6E8F0G2H4J6K8N",
    "name": "Door, north entrance",
    "scope": "check-in",
    "event_id": EVENT_ID,
    "prefix": "tk_turnout_01JZ3V6B2C4D6E8F0G2H4J6K8N",
    "created_at": "2030-06-03T12:00:00Z",
    "expires_at": "2030-09-01T12:00:00Z",
    "last_used_at": "2030-07-01T07:00:00Z",
}
_EVENT_REQUEST = {name: fact.example for name, fact in FACTS.items() if fact.example is not None}
_ANSWERED = {  # what an answer has otherwise than the request, or that follows from it
    "starts_at": "2030-07-01T07:00:00Z",
    "ends_at": "2030-07-01T15:00:00Z",
    "timezone": "Europe/Berlin",
    "enrollment_closes_at": "2030-07-01T07:00:00Z",
    "reminders": ["-P1D", "-PT1H"],
}
_SHOWN = {name: json_value(fact.default) for name, fact in FACTS.items()} | _EVENT_REQUEST | _ANSWERED
_EVENT = _SHOWN | {
    "id": EVENT_ID,
    "status": "published",
    "organizer": {"id": USER_ID, "name": "Ada Byron"},
    "attendees_count": 12,
    "available_spots": 18,
    "waitlist_count": 0,
    "is_full": False,
    "is_past": False,
    "is_upcoming": True,
    "is_active": True,
    "slug": "python-workshop",
    "html_url": f"https://turnout.example/e/{EVENT_ID}-python-workshop",
    "description_html": "<p>Hands-on Python for beginners.</p>",
    "version": 3,
    "created_at": "2030-06-01T09:00:00Z",
    "updated_at": "2030-06-02T10:00:00Z",
}
_SUMMARY = {name: _EVENT[name] for name in EventSummaryOut.model_fields}
_ENROLLMENT = {
    "id": ENROLLMENT_ID,
    "event": {
        "id": EVENT_ID,
        "title": "Python Workshop",
        "starts_at": "2030-07-01T07:00:00Z",
        "ends_at": "2030-07-01T15:00:00Z",
        "timezone": "Europe/Berlin",
        "location": "Tech Hub, Berlin",
        "status": "published",
    },
    "attendee": {"id": USER_ID, "name": "Ada Byron", "email": None},
    "status": "confirmed",
    "position": None,
    "expires_at": None,
    "party_size": 1,
    "note": None,
    "checked_in_at": None,
    "checked_in_people": 0,
    "no_show_at": None,
    "mail": {"kind": "enrollment_confirmed", "state": "delivered", "at": "2030-06-03T12:00:04Z", "reason": None},
    "version": 1,
    "created_at": "2030-06-03T12:00:00Z",
    "updated_at": "2030-06-03T12:00:00Z",
}
_SCANS: list[dict[str, Any]] = [
    {"code": f"{ENROLLMENT_ID}.1.q83vEjRWeJCrze8SNFZ4kA", "checked_in_at": "2030-07-01T07:02:00Z"},
    {"enrollment_id": ENROLLMENT_ID, "checked_in_at": "2030-07-01T07:05:00Z", "undo": True},
]
_SCAN_RESULTS = [
    {
        "index": 0,
        "enrollment_id": ENROLLMENT_ID,
        "status": "checked_in",
        "code": None,
        "detail": None,
        "checked_in_at": "2030-07-01T07:02:00Z",
        "already_checked_in_at": None,
        "checked_in_people": 1,
    },
    {
        "index": 1,
        "enrollment_id": None,
        "status": "refused",
        "code": "not_found",
        "detail": "This enrollment is none of this event.",
        "checked_in_at": None,
        "already_checked_in_at": None,
        "checked_in_people": 0,
    },
]
_HAPPENING = {
    "at": "2030-06-03T12:00:00Z",
    "status": "confirmed",
    "cause": "enrolled",
    "actor": {"kind": "attendee", "id": USER_ID},
    "request_id": "5f6c1f0a-3f0b-4a53-9d3f-0d7f4f2f7c11",
}
_ATTENDEE_REQUEST = {
    "first_name": "Grace",
    "last_name": "Hopper",
    "email": "grace@example.org",
    "phone": "+12025550123",
    "date_of_birth": "1990-12-31",
}
_ATTENDEE = {
    "id": SECOND_USER_ID,
    **_ATTENDEE_REQUEST,
    "kept_by": USER_ID,
    "version": 1,
    "created_at": "2030-06-03T12:00:00Z",
    "updated_at": "2030-06-03T12:00:00Z",
}
_ORGANIZER_REQUEST = {
    "name": "Python Berlin",
    "text": "Workshops since **2019**.",
    "link": "https://python.example.org",
}
_TICKET_KEY = {
    "kty": "OKP",
    "crv": "Ed25519",
    "use": "sig",
    "kid": "JI5H",
    "x": "ltq1dWOqdPvsUV2PIY3u5k-mtykQtzOWZjGrqw3bp-k",
}
_COUNTRY = {"code": "DE", "name": "Germany", "timezone": "Europe/Berlin"}
_PROFILE = {
    "username": "ada",
    "first_name": "Ada",
    "last_name": "Byron",
    "roles": ["seeker"],
    "locale": "en-GB",
    "embed_on": ["https://example.org"],
}


def _page(result: dict[str, Any]) -> dict[str, Any]:
    return {"count": 1, "count_exact": True, "next": None, "previous": None, "results": [result]}


_MEMBER = {
    "id": "01JZ3V8F4G6H8J0K2M4N6P8Q0R",
    "role": "check_in",
    "all_events": False,
    "status": "invited",
    "name": None,
    "email": "door@example.org",
    "since": "2030-06-03T12:00:00Z",
    "expires_at": "2030-06-10T12:00:00Z",
}
_TEAM_EVENT = {name: _EVENT[name] for name in ("id", "title", "starts_at", "timezone", "status")}
_DOOR = {
    **{name: _EVENT[name] for name in ("id", "title", "status", "starts_at", "ends_at", "timezone")},
    "attendees_count": 12,
    "checked_in_people": 7,
    "party_max": 4,
    "walk_ins_from": "2030-07-01T04:00:00Z",
    "now": "2030-07-01T06:58:00Z",
    "forget_at": "2030-07-02T15:00:00Z",
}
_AT_DOOR = {
    "id": ENROLLMENT_ID,
    "name": "Kim Ito",
    "party_size": 2,
    "checked_in_people": 0,
    "checked_in_at": None,
    "status": "confirmed",
    "generation": 1,
}
_MY_TEAM = {
    "id": _MEMBER["id"],
    "role": "check_in",
    "all_events": False,
    "owner": {"name": "Ada Byron"},
    "event": _TEAM_EVENT,
}
_INVITATION = {**_MY_TEAM, "status": "invited", "expires_at": "2030-06-10T12:00:00Z"}
_COUNTS = {
    "pending": 2,
    "confirmed": 10,
    "waitlisted": 0,
    "offered": 0,
    "cancelled": 3,
    "expired": 1,
    "checked_in": 0,
    "no_show": 0,
    "bounced": 0,
}
_OWN_EVENT = {**_SUMMARY, "counts": _COUNTS}

_ACTIVITY_ENTRY: dict[str, Any] = {
    "id": "q83vEjRWeJq83vEjRWeJq83v",
    "about": "enrollment",
    "kinds": ["checked_in"],
    "at": "2030-07-01T06:45:12Z",
    "actor": "organizer",
    "actor_id": USER_ID,
    "enrollment": {"id": ENROLLMENT_ID, "name": "Grace Hopper", "party_size": 2, "status": "confirmed"},
    "people": 2,
    "scanned_at": "2030-07-01T06:45:10Z",
    "changed": [],
    "capacity": None,
    "subject": None,
    "member": None,
    "key_id": None,
}
_ANNOUNCEMENT: dict[str, Any] = {
    "id": "5d41402abc4b2a76b9719d911017c592",
    "kind": "message",
    "at": "2026-07-01T08:00:00Z",
    "subject": "Bring a laptop",
    "segment": "confirmed",
    "changed": [],
    "actor": "organizer",
    "actor_id": None,
    "deliveries": {
        "mails": 12,
        "waiting": 0,
        "sent": 11,
        "skipped": 1,
        "failed": 0,
        "delivered": 10,
        "bounced": 1,
        "complained": 0,
    },
}
_FACTOR = {"on": True, "since": "2026-06-01T09:00:00Z", "recovery_codes_left": 10}
_USER = {name: value for name, value in _ACCOUNT.items() if name not in {"locale", "embed_on"}} | {
    "disabled": False,
    "second_factor": True,
}
_LETTER = {
    "id": "20300603T120000000Z-3qG0pT4vY1uC8kRz5xWn2a7B",
    "queue": "mail",
    "kind": "enrollment_confirmed",
    "reason": "refused: MessageRejected",
    "failed_at": "2030-06-03T12:00:00Z",
    "redriven_at": None,
}
_ACT = {
    "id": "01JZ3V8F4G6H8J0K2M4N6P8Q0R",
    "at": "2030-06-03T12:00:00Z",
    "admin_id": USER_ID,
    "kind": "disable_account",
    "about": SECOND_USER_ID,
    "request_id": "5f6c1f0a-3f0b-4a53-9d3f-0d7f4f2f7c11",
    "reason": "abuse",
    "reference": "CASE-1234",
}
_LANE = {"swept_until": "2030-06-03T11:58:00Z", "oldest_waiting": None}
_FIGURES = {
    "at": "2030-06-03T12:00:00Z",
    "accounts": {"number": 1204, "exact": True},
    "events": {"published": 310, "cancelled": 12, "unlisted": 4},
    "enrollments": {"events": 84, "all": True, "pending": 3, "offered": 1, "confirmed": 2210, "waitlisted": 40},
    "dead_letters": {"number": 1, "exact": True},
    "due": {"mail": _LANE, "jobs": _LANE},
}

CONTENT: dict[str, dict[str, Any]] = {
    "SignUpRequest": {
        "email": "ada@example.org",
        "password": "correct horse battery",
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Byron",
        "roles": ["seeker", "facilitator"],
    },
    "SignedUp": {
        "email": "ada@example.org",
        "username": "ada",
        "first_name": "Ada",
        "last_name": "Byron",
        "email_verified": False,
        "signup_id": "y5aT0pO0Jx1dXq4Gm2bKZs8u",
    },
    "VerifyRequest": {"email": "ada@example.org", "otp": "123456", "signup_id": "y5aT0pO0Jx1dXq4Gm2bKZs8u"},
    "ResendRequest": {"email": "ada@example.org"},
    "ForgotRequest": {"email": "ada@example.org"},
    "ResetRequest": {"token": "k1.MDFLVDE2SktNMEI.n1hQb0cDq3l4tJ8rJw2s5g", "new_password": "a fresh long password"},
    "Detail": {"detail": "The e-mail address is verified; you can log in.", "email": "ada@example.org"},
    "LoginRequest": {"email": "ada@example.org", "password": "correct horse battery"},
    "Login": {**_PAIR, "user": _ACCOUNT},
    "NewEmailRequest": {"email": "ada@new.example", "password": "correct horse battery"},
    "VerifyNewEmailRequest": {"otp": "123456"},
    "Session": _SESSION,
    "Sessions": {"count": 1, "results": [_SESSION]},
    "ApiKeyRequest": {"name": "Door, north entrance", "scope": "check-in", "event_id": EVENT_ID},
    "ApiKey": _API_KEY,
    "ApiKeys": {"count": 1, "results": [_API_KEY]},
    "Door": _DOOR,
    "DoorPerson": _AT_DOOR | {"checked_in_people": 2, "checked_in_at": "2030-07-01T06:58:00Z"},
    "DoorPage": {"next": None, "updated_after": "2030-06-01T08:58:00Z", "results": [_AT_DOOR]},
    "NewApiKey": {
        **_API_KEY,
        "last_used_at": None,
        "secret": "tk_turnout_01JZ3V6B2C4D6E8F0G2H4J6K8N...",
        "link": None,
        "qr": None,
    },
    "Factor": _FACTOR,
    "NewFactorRequest": {"password": "correct horse battery"},
    "NewFactor": {
        "secret": "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ",
        "address": "otpauth://totp/Turnout:ada@example.org?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Turnout",
        "key": "k1.MDFLVDE2SktNMEI.n1hQb0cDq3l4tJ8rJw2s5g",
        "expires_at": "2026-06-01T09:15:00Z",
    },
    "TurnOnFactorRequest": {"key": "k1.MDFLVDE2SktNMEI.n1hQb0cDq3l4tJ8rJw2s5g", "code": "492039"},
    "FactorOn": {**_FACTOR, "recovery_codes": ["MFRG-GZDF-MZTW-Q2LK-NNWG-23TP"]},
    "RemoveFactorRequest": {"password": "correct horse battery", "code": "492039"},
    "RemovalRequest": {"reason": "requested", "reference": "CASE-1234"},
    "AccessPatch": {"disabled": True, "reason": "abuse", "reference": "CASE-1234"},
    "User": _USER,
    "UserPage": _page(_USER),
    "Letter": _LETTER,
    "LetterPage": _page(_LETTER),
    "ActPage": _page(_ACT),
    "Figures": _FIGURES,
    "RefreshRequest": {"refresh": "r_..."},
    "Pair": _PAIR,
    "ChangePasswordRequest": {"old_password": "correct horse battery", "new_password": "a different sentence"},
    "Account": _ACCOUNT,
    "ProfileRequest": _PROFILE,
    "ProfilePatch": {"roles": ["seeker", "facilitator"]},
    "CreateEventRequest": {**_EVENT_REQUEST, "status": "published"},
    "DuplicateEventRequest": {"starts_at": "2030-08-01T09:00:00+02:00", "title": "Python Workshop in August"},
    "EventRequest": _EVENT_REQUEST,
    "CoordinatesRequest": _EVENT_REQUEST["coordinates"],
    "OrganizerProfilePatch": _ORGANIZER_REQUEST,
    "OrganizerProfile": {
        "id": USER_ID,
        **_ORGANIZER_REQUEST,
        "text_html": "<p>Workshops since <strong>2019</strong>.</p>",
        "events": {"published": 12, "cancelled": 1},
        "html_url": f"https://api.example.org/o/{USER_ID}",
        "upcoming_url": f"https://api.example.org/events/upcoming?organizer={USER_ID}",
        "calendar_url": f"https://api.example.org/organizers/{USER_ID}/calendar.ics",
    },
    "EventPatch": {"capacity": 50, "location": None, "notify": False},
    "MessageRequest": {
        "subject": "Bring a laptop",
        "body": "Dear all,\n\nplease bring a laptop with Python 3.11.\n\nAda",
        "segment": "confirmed",
        "test": False,
    },
    "Announcement": _ANNOUNCEMENT,
    "AnnouncementPage": _page(_ANNOUNCEMENT),
    "ActivityEntry": _ACTIVITY_ENTRY,
    "ActivityEntryPage": _page(_ACTIVITY_ENTRY),
    "FiguresOverTime": {
        "by": "day",
        "timezone": "Europe/Berlin",
        "from": "2030-06-30T22:00:00Z",
        "until": "2030-07-01T22:00:00Z",
        "complete": True,
        "counted_until": None,
        "buckets": [
            {
                "start": "2030-06-30T22:00:00Z",
                "enrolments": 12,
                "cancellations": 1,
                "expirations": 0,
                "offers_taken": 1,
                "check_ins": 40,
                "check_ins_undone": 0,
            }
        ],
    },
    "Message": {"id": "5d41402abc4b2a76b9719d911017c592", "recipients": 12},
    "Event": {**_SUMMARY, "description": _EVENT["description"], "description_html": _EVENT["description_html"]},
    "EditedEvent": {
        **_SUMMARY,
        "description": _EVENT["description"],
        "description_html": _EVENT["description_html"],
        "waiting_in_vain": None,
    },
    "EventSummary": _SUMMARY,
    "EventSummaryPage": _page(_SUMMARY),
    "OwnEvent": _OWN_EVENT,
    "OwnEventPage": _page(_OWN_EVENT),
    "Capacity": {"capacity": 30, "attendees_count": 12, "available_spots": 18, "waitlist_count": 0},
    "EnrolRequest": {},
    "LinkActionRequest": {"action": "confirm"},
    "LinkActionForm": {"action": "confirm"},
    "GuestRequest": {"name": "Ada Byron", "email": "ada@example.org", "party_size": "1"},
    "GuestForm": {"name": "Ada Byron", "email": "ada@example.org", "party_size": "1"},
    "CancelRequest": {"note": "The room is smaller than planned."},
    "TransferRequest": {"name": "Grace Hopper", "email": "grace@example.org"},
    "EditEnrollmentRequest": {"note": "Vegetarian.", "party_size": 2},
    "EditEnrollmentPatch": {"party_size": 1, "attendee": {"name": "Grace Hopper"}},
    "AttendeeNameRequest": {"name": "Grace Hopper"},
    "Resent": {"detail": "The mail is on its way."},
    "Eligibility": {
        "can_enrol": False,
        "would": "waitlisted",
        "code": "event_full",
        "detail": "Every seat is taken.",
        "next_step": {"action": "join_waitlist", "method": "POST", "href": f"/events/{EVENT_ID}/enrollments"},
        "opens_at": None,
        "closes_at": "2030-07-01T07:00:00Z",
        "party_max": 4,
        "waitlist": {"mode": "offer", "count": 3},
        "available_spots": 0,
        "enrollment": None,
    },
    "Enrollment": _ENROLLMENT,
    "EnrollmentPage": _page(_ENROLLMENT),
    "CheckInRequest": {"code": _SCANS[0]["code"]},
    "CheckIn": {
        **_ENROLLMENT,
        "checked_in_at": "2030-07-01T07:02:00Z",
        "checked_in_people": 1,
        "version": 2,
        "already_checked_in_at": None,
    },
    "ScanRequest": _SCANS[0],
    "BulkRequest": {
        "action": "cancel",
        "enrollment_ids": [ENROLLMENT_ID],
        "note": "The room is smaller than we thought.",
    },
    "Bulk": {
        "results": [
            {
                "enrollment_id": ENROLLMENT_ID,
                "status": "done",
                "enrollment_status": "cancelled",
                "code": None,
                "detail": None,
                "retry_after": None,
            }
        ]
    },
    "ImportRowRequest": {"name": "Ada Byron", "email": "ada@example.org", "party_size": 2},
    "ImportRequest": {
        "rows": [
            {"name": "Ada Byron", "email": "ada@example.org", "party_size": 2},
            {"name": "Charles Babbage", "email": "charles"},
        ]
    },
    "Import": {
        "next_row": None,
        "counts": {
            "enrolled": 1,
            "would_enrol": 0,
            "already_enrolled": 0,
            "skipped": 0,
            "refused": 1,
            "not_tried": 0,
        },
        "results": [
            {
                "row": 1,
                "status": "enrolled",
                "enrollment_id": ENROLLMENT_ID,
                "enrollment_status": "confirmed",
                "code": None,
                "detail": None,
                "errors": [],
                "retry_after": None,
            },
            {
                "row": 2,
                "status": "refused",
                "enrollment_id": None,
                "enrollment_status": None,
                "code": "invalid_request",
                "detail": "The request is not valid; every fault is listed in errors.",
                "errors": [
                    {
                        "field": "email",
                        "code": "invalid",
                        "message": "must be an e-mail address such as ada@example.org",
                    }
                ],
                "retry_after": None,
            },
        ],
    },
    "WalkInRequest": {"name": "Kim Ito", "email": "kim@example.org", "party_size": 2},
    "ScansRequest": {"rows": _SCANS},
    "ScanResults": {"results": _SCAN_RESULTS},
    "History": {"count": 1, "results": [_HAPPENING]},
    "AttendeeRecordRequest": _ATTENDEE_REQUEST,
    "AttendeeRecordPatch": {"phone": "+12025550199", "date_of_birth": None},
    "AttendeeRecord": _ATTENDEE,
    "AttendeeRecordPage": _page(_ATTENDEE),
    "InvitationRequest": {"email": "door@example.org", "role": "check_in"},
    "RolePatch": {"role": "manager"},
    "TeamMember": _MEMBER,
    "Team": {"count": 1, "results": [_MEMBER]},
    "Invitation": _INVITATION,
    "Invitations": {"count": 1, "results": [_INVITATION]},
    "MyTeam": _MY_TEAM,
    "MyTeams": {"count": 1, "results": [_MY_TEAM]},
    "PreferencesRequest": {"reminders": True, "follow_ups": False, "messages": True, "by_others": True},
    "Preferences": {
        "reminders": True,
        "follow_ups": False,
        "messages": True,
        "by_others": True,
        "suppressed": None,
    },
    "Unsubscribed": {"category": "follow_ups", "unsubscribed": True},
    "Feed": {
        "url": "https://api.example.org/feeds/f_2026a.MDFKWjNW....aVs3.ics",
        "webcal_url": "webcal://api.example.org/feeds/f_2026a.MDFKWjNW....aVs3.ics",
    },
    "TicketKey": _TICKET_KEY,
    "TicketKeys": {"keys": [_TICKET_KEY]},
    "Country": _COUNTRY,
    "Countries": {"count": 1, "results": [_COUNTRY]},
    "PersonalData": {
        "format": 1,
        "taken_at": "2030-06-03T12:00:00Z",
        "next": None,
        "items": [{"kind": "account", "data": {"id": USER_ID, "email": "ada@example.org", "first_name": "Ada"}}],
    },
    "Closed": {
        "detail": "Your account is closed. Log in before it is erased to keep it.",
        "erased_at": "2030-06-10T12:00:00Z",
    },
    "Health": {"status": "ok"},
    "ProblemMeaning": {
        "type": f"{ANY_SERVER}/problems/event_full",
        "code": "event_full",
        "status": 409,
        "title": "Event full",
        "detail": "Every seat is taken.",
        "when": "Every seat is taken, or the free ones are the waitlist's.",
        "then": "`next_step` names the waitlist: send the same with `waitlist: true`. Without one, try again later.",
        "faults": None,
    },
    "FrontDoor": {
        "name": "Turnout",
        "documentation": f"{ANY_SERVER}/docs",
        "openapi": f"{ANY_SERVER}/openapi.json",
        "events": f"{ANY_SERVER}/events",
    },
    "OEmbed": {
        "type": "rich",
        "version": "1.0",
        "title": "Python Workshop",
        "author_name": "Olga Organizer",
        "author_url": f"{ANY_SERVER}/o/{USER_ID}",
        "provider_name": "Turnout",
        "provider_url": f"{ANY_SERVER}/",
        "cache_age": 300,
        "html": f'<iframe src="{ANY_SERVER}/e/{EVENT_ID}/embed" title="Python Workshop"></iframe>',
        "width": 480,
        "height": 320,
    },
}
# A body that is a table.
TABLE = "name,email,party_size\r\nAda Byron,ada@example.org,2\r\n"
# What is no model, by its media type.
MEDIA: dict[str, Any] = {
    "application/json": {"openapi": "3.1.0", "info": {"title": "Turnout", "version": "1.0.0"}, "paths": {}},
    "text/csv": '"name","email","status","party_size"\r\n"Ada Byron","ada@example.org","confirmed","1"\r\n',
    "text/calendar": "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Turnout//EN\r\nEND:VCALENDAR\r\n",
    "text/html": "<!doctype html><html lang=en><title>Python Workshop</title><h1>Python Workshop</h1></html>",
    "text/javascript": '"use strict";',
    "text/css": "body { margin: 0 }",
    "text/plain": "User-agent: *\nDisallow: /g/\n",
    "text/xml": '<?xml version="1.0" encoding="UTF-8"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"/>',
    "application/vnd.apple.pkpass": "(the bytes of the pass)",
    "image/png": "(the bytes of the picture)",
    "image/x-icon": "(the bytes of the icon)",
    "image/svg+xml": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 29 29"><path d="M0 0h7v1h-7z"/></svg>',
}
BINARY = ("application/vnd.apple.pkpass", "image/png", "image/x-icon")
# What mail programs send by themselves when somebody presses "unsubscribe" (RFC 8058).
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
# Query parameters whose field has no example of its own. A cursor has none: one is taken from an answer, never made.
QUERY: dict[str, Any] = {
    "confirm": "MDFKWjNWNUU5R1E3TTJYNFQ2UjhXMFlBQkM",
    "status": "confirmed",
    "q": "ada",
    "when": "upcoming",
    "event": EVENT_ID,
    "made_by": "me",
    "party_size": 2,
    "bom": True,
    "checked_in": True,
    "ordering": "-created_at",
    "no_show": False,
    "bounced": False,
    "v": "1",
    "dry_run": True,
    "first": 1,
    "import_id": "speakers-2026",
    "mail": True,
    "waitlist": False,
}
# Parameters that a list has in common with others, and refuses.
REFUSED = {("list_my_events", "organizer"), ("list_events_of_team", "organizer")}
PATH = {
    "event_id": EVENT_ID,
    "enrollment_id": ENROLLMENT_ID,
    "attendee_id": SECOND_USER_ID,
    "user_id": USER_ID,
    "session_id": _SESSION["id"],
    "member_id": _MEMBER["id"],
    "key_id": _API_KEY["id"],
    "letter_id": _LETTER["id"],
    "token": "g_2026a.MDFKWjNWNUU5R1E3TTJYNFQ2UjhXMFlBQkM.n1hQb0cDq3l4tJ8rJw2s5g",
    "feed": "f_2026a.MDFKWjNWNFE4UlM2SzFXM041UDdUOVZYWVo.aVs3q83vEjRWeJCrze8S.ics",
    "asset": "swagger.js",
    "code": "DE",
    "problem": "event_full",
    "event": f"{EVENT_ID}-python-workshop",
    "month": "2030-07",
    "part": "2030-07",
    "file": "site-0f1e2d3c4b5a.css",
}


def of_field(schema: str, field: str) -> Any:
    """What a field of a body is in the example of the whole, so that no two fields contradict each other, or None.

    An edit's example has a few fields; the others are those of what is sent whole.
    """
    whole = schema.removesuffix("Patch").removesuffix("Form").removesuffix("Request") + "Request"
    for example in (CONTENT.get(schema, {}), CONTENT.get(whole, {})):
        if example.get(field) is not None:
            return example[field]
    return None
