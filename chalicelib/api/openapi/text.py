"""The prose of the document."""

INTRODUCTION = """\
The document itself: [openapi.json](openapi.json). Pages: [to try](docs), [to read](redoc).

**Accounts.** Sign up, prove the address with the mailed code, log in, and send the access token as
`Authorization: Bearer ...`. Two roles are chosen at will: `seeker` may enrol, `facilitator` may publish. Access tokens
last an hour; a refresh token is good once. Logging out, a new password and changed roles count from the next request.
Programs and door staff call with an API key instead (`POST /auth/api-keys`), as far as its scope reaches.

**Errors** are `application/problem+json` (RFC 9457) with a stable `code`, and a `type` that leads to what it means;
`invalid_request` lists every fault in `errors`. A verb that a path does not have is 405 with `Allow`, an unknown
path 404. HEAD is answered as GET is, without the body. A gateway in front may answer 429, 502 and 504 in the same
form, and 411, in a form of its own, to a body that comes without its length. Names that a resource does not have are
refused by name, in bodies and in queries.

**Retries.** `Idempotency-Key` makes a POST safe to repeat; 503 `busy` comes with `Retry-After`.

**Editing.** `ETag` and `If-Match` keep two editors from overwriting each other. PUT replaces every writable field,
PATCH is RFC 7396: null takes a field back to its default. Read-only fields may be sent back; they are ignored.

**Lists** have `count`, `next`, `previous` and `results`. Follow `next` until it is null; a page may be short.
`count` is a lower bound where `count_exact` is false. Filters go together: everything that is given must hold.

**Times** are RFC 3339 and answered in UTC. A time without an offset is local to the event's `timezone`.

Answers may get more fields in time; ignore those that you do not know.
"""
BEARER = "The access token of `POST /auth/login` or `/auth/refresh`."
LINK = "The token of a mailed link: a credential for its one enrollment, good until 30 days after the event has ended."
API_KEY = (
    "An API key of `POST /auth/api-keys`: `tk_turnout_` and 101 letters and digits. An operation names those "
    "whose scope is enough for it; what names none takes no key. "
)
KEY_SCOPES = {
    "read": "This one has the scope `read`: what changes nothing.",
    "write": "This one has the scope `write`: what the account may do, but for what is about the account itself.",
    "check-in": "This one has the scope `check-in`, and reaches the door of its own event only.",
}
TAGS = {
    "registration": "What takes a mail: sign-up, the proof of the address, a forgotten password.",
    "accounts": "Logins, the password, and one's own profile.",
    "addresses": "Another e-mail address for one's own account.",
    "logins": "One's own logins, shown and ended.",
    "second factor": "A code beside the password at every login.",
    "privacy": "Everything that is kept about oneself: to have, and to have erased.",
    "door": "What a device at the entrance keeps, so that it works without a network.",
    "api keys": "What programs, and whoever works at a door, call with instead of a login.",
    "events": "Events are published, found, edited and cancelled. Reading needs no account.",
    "organizers": "Who organizes events, as they present themselves.",
    "enrollments": "A seat taken, shown and given back.",
    "changes": "Whether one can enrol, and what becomes of an enrollment: edited, handed on, promoted, told again.",
    "activity": "What happened to an event and its people, and figures of that over time.",
    "people": "Many people of an event at once: cancelled, written to again, imported from a table.",
    "attendance": "The organizer's lists: who waits, who came, what happened, and everybody as a table.",
    "attendees": "Records of the people whom one enrols: one's own, and those that one keeps.",
    "tickets": "What a confirmed enrollment shows at the entrance.",
    "messages": "What an organizer writes to people who are enrolled.",
    "teams": "Whom the owner of an event lets work on it: managers, viewers, and who checks people in at the door.",
    "memberships": "Teams of others: invitations to them, and those that one is in.",
    "calendars": "Events as iCalendar (RFC 5545), to look at once or to subscribe to.",
    "wallets": "Tickets as passes for the wallets of phones, where the operator has certificates.",
    "links": "Where mailed links lead: a page that shows one enrollment and acts on it.",
    "mailboxes": "Which mails one wants: preferences of an account, and the link in every mail that can be refused.",
    "pages": "Pages for people who look for an event.",
    "event pages": "The page of an event, where a guest enrols without an account.",
    "shared events": "What others show of an event beside a link to it, or on pages of their own.",
    "site files": "What browsers and search engines ask for beside the pages.",
    "admin": "What admins see and do: accounts, dead letters, figures, and the trail of all that.",
    "reference": "Countries and the health check.",
    "problems": "What each error code means, at the address that is the `type` of such a problem.",
    "documents": "This document, and pages that show it.",
}
