"""Every limit and quota that people meet, each in one line with what it bounds: docs/limits.md is made of these lines.

What a setting can change is the setting's default here. How much one request may read, and how long its retries may
take, are budgets of the code that keeps them and stand there.
"""

from dataclasses import dataclass
from datetime import timedelta

from chalicelib.domain.shared.mail_budget import Budget, SharedBudget
from chalicelib.domain.shared.rate_limit import Backoff, Daily, Limit, Shares

# Requests
MAX_BODY_BYTES = 262_144  # Bytes of a request body; the setting `MAX_BODY_BYTES` changes it, beyond it 413.
IDEMPOTENCY_LIFE = timedelta(hours=24)  # How long the answer to an `Idempotency-Key` is kept.
CONFIRM_LIFE = timedelta(minutes=10)  # How long the `confirm` of a 409 `confirmation_required` is good.

# Lists
PAGE_SIZE = 20  # Results of a page where `page_size` is not given.
MAX_PAGE_SIZE = 100  # Results of a page at most.
PAGE_DEPTH = 500  # `page` times `page_size`; beyond it one walks with the cursor in `next`.
SORTED_AT_MOST = 500  # Matches of a text filter that another order than `starts_at` sorts; more of them are 422.
SORTED_PEOPLE = 1_000  # People of an event that an `ordering` sorts; where more have to be looked at, it is 422.
MAX_SEARCH_WORDS = 20  # Words of one text filter.
MIN_NEAR = 1  # Kilometres around the point of `near` at least.
MAX_NEAR = 500  # Kilometres around the point of `near` at most.

# Accounts
MAX_EMAIL = 254  # Characters of an address after folding: RFC 5321 (4.5.3.1.3) allows no longer one.
MAX_MAILBOX = 64  # Characters of an address before the @: RFC 5321 (4.5.3.1.1) allows no more.
MAX_USERNAME = 30  # Characters of a username after folding (NFKC makes 18 of one).
MIN_PASSWORD = 8  # Characters of a password; the setting `PASSWORD_MIN_LENGTH` changes it.
MIN_STRICT_PASSWORD = 15  # The same where `SIGN_UP_PROFILE` is `strict` (NIST SP 800-63B-4).
MAX_PASSWORD = 256  # Characters of a password.
MAX_SESSIONS = 20  # Logins of one account; the oldest ends when there is one more.
MAX_API_KEYS = 20  # API keys of one account that are good at the same time.
API_KEY_LIFE = timedelta(days=90)  # How long an API key is good whose end is not named.
LONGEST_API_KEY = timedelta(days=366)  # How long an API key may be good.
API_KEY_USE_NOTED = timedelta(hours=1)  # How exactly it is known when an API key was last used.
MAX_KEY_NAME = 100  # Characters of the name of an API key.
OTP_LIFE = timedelta(minutes=5)  # How long a verification code is good.
OTP_DIGITS = 6  # Digits of a verification code.
OTP_GUESSES = 3  # Guesses of one verification code.
CHANGE_LIFE = timedelta(days=1)  # How long a wish for another address waits for its proof.
SECOND_FACTOR_KEY_LIFE = timedelta(minutes=15)  # How long a new second factor can be turned on with its first code.
RESET_LIFE = timedelta(minutes=15)  # How long the mailed key to a new password is good.
SIGN_UP_LIFE = timedelta(days=7)  # How long a sign-up waits for the proof of its address.
MAX_SIGN_UPS = 5  # Unproven sign-ups of one address from one network; the oldest ends when there is one more.
MAX_SIGN_UPS_IN_ALL = 40  # Unproven sign-ups of one address; beyond it the oldest of the busiest network ends.
KNOWN_NETWORK_LIFE = timedelta(days=30)  # How long a network from which somebody logged in is one of theirs.
FRESH_LOGIN = timedelta(minutes=10)  # How old a login may be for what needs the password once more.
SESSION_LIFE = timedelta(days=30)  # How long a login lives at most, however often it is refreshed.
ERASURE_GRACE = timedelta(days=14)  # How long after `DELETE /auth/me` a login still keeps the account.
AUDIT_LIFE = timedelta(days=400)  # How long what an admin did is kept; the setting `AUDIT_DAYS` changes it.
MAX_REFERENCE = 40  # Characters of what an admin's case is called elsewhere.
MAX_EMBED_ORIGINS = 20  # Sites that may show the events of one account within their pages.
MAX_ORIGIN = 260  # Characters of such a site: a name of 253, with its scheme.

# Events
MAX_TITLE = 200  # Characters of a title.
MAX_LOCATION = 200  # Characters of a location.
MAX_COVER_ALT = 200  # Characters of what a cover picture shows.
MAX_DESCRIPTION_BYTES = 4096  # Bytes of a description in UTF-8.
MAX_TAGS = 10  # Tags of an event.
MAX_TAG = 40  # Characters of a tag.
LATEST_START = timedelta(days=3653)  # How far ahead an event may start.
MAX_CAPACITY = 1_000_000  # Seats of an event that has a capacity.
MAX_SHARDS = 64  # Shards of the seats of an event: its busiest write stays one transaction of 100 items.
MAX_PARTY = 20  # People of one enrollment, where `party_max` allows them.
MAX_FOR_OTHERS = 20  # Seats of an event that one account takes for others; the setting `SEATS_FOR_OTHERS` changes it.
MAX_REMINDERS = 10  # Reminders of an event.
LONGEST_REMINDER = timedelta(days=365)  # The longest time before the start or the end.
MAX_FOLLOW_UPS = 5  # Follow-ups of an event.
SHORTEST_FOLLOW_UP = timedelta(minutes=5)  # The shortest time after a seat is confirmed.
LONGEST_FOLLOW_UP = timedelta(days=90)  # The longest time after a seat is confirmed.
MAX_BULK = 100  # Enrollments that one request cancels, or has the mails of sent again.
MAX_IMPORT = 100  # Rows that one request imports; it says with which row the next one goes on.
MAX_IMPORT_FILE = 2_000  # Rows of a table that is sent for an import; a dry run looks at all of them.
MAX_SCANS = 200  # Scans of one check-in batch.
SCANNERS_AHEAD = timedelta(minutes=5)  # How far the clock of a scanner may be wrong; its time is then taken for now.
MAX_SCANS_AHEAD = 40  # Scans of one enrollment by clocks that are ahead, since it was last undone.
MAX_DAYS_OF_FIGURES = 92  # Days that one answer has figures of.
MAX_QUARTERS_OF_FIGURES = 192  # Quarters of an hour that one answer has figures of.
MAX_DOOR_PAGE = 1000  # People of a page of the list for devices at the door.
DOOR_KEEPS = timedelta(hours=24)  # How long after the end a device at the door may keep its list.
WALK_INS_BEFORE = timedelta(hours=3)  # How long before the start door staff enrol people, where `walk_ins` allows it.
WALK_INS_AFTER = timedelta(hours=24)  # How long after the end an organizer enrols people who were there.
CALENDAR_EVENTS = 200  # Events of a calendar feed.
SITEMAP_EVENTS = 500  # Events of one part of the sitemap; a month that has more is told by its days.
CALENDAR_PAST = timedelta(days=30)  # How long an event that is over stays in a calendar feed.

# Teams
MAX_TEAM = 50  # People in the team of an event, or of all events of an owner; open invitations count.
MAX_TEAMS = 30  # Teams that one account is in: its sessions carry them, and stay one read.
INVITATION_LIFE = timedelta(days=7)  # How long an invitation to a team can be accepted, and shows as declined.

# Mail
MAX_SUBJECT = 150  # Characters of the subject of an organizer's message.
MAX_MESSAGE = 4000  # Characters of the body of an organizer's message.
MESSAGES_AFTER = timedelta(days=30)  # How long after its end an organizer may write to the people of an event.
MAX_TRIES = 8  # Attempts without progress after which a mail or a job is given up.
LONGEST_DELAY = timedelta(days=7)  # How long a mail that others caused waits for room in its reader's budget.
ACCOUNT_EXISTS_INTERVAL = timedelta(hours=1)  # The shortest time between two mails that an address has an account.


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimits:
    """What sends mail, can be guessed at, or keeps others waiting. None: no limit, and no storage is touched."""

    reads: Limit | None = None  # Reads of one caller in one process: an account, else a network. Never stored.
    writes: Limit | None = None  # Everything else that one caller asks of one process. Never stored.
    resend: Limit | None = None  # Mails about one enrollment that one caller asks for again.
    mail_to: Limit | None = None  # Mails to one address that an organizer, or somebody of one network, names.
    mail_to_a_day: Shares | None = None  # The same, over a day.
    mail_from: Limit | None = None  # Such mails from one network, which a conference or a school shares.
    mail_by: Limit | None = None  # Such mails of one organizer.
    team_invitation: Limit | None = None  # Mails that invite one address to one team.
    guest_link: Limit | None = None  # Mails with the link of one guest at one event, asked for from one network.
    unasked_mail: SharedBudget | None = None  # Mails to one mailbox about what others did in its name, by who did it.
    repeated_mail: Budget | None = None  # The same about one place of the reader's own: what others repeat at will.
    messages_of: Limit | None = None  # Messages to the people of one event.
    messages_by: Limit | None = None  # Such messages of one organizer.
    message_tests: Limit | None = None  # Tests of messages that one account mails to itself.
    otp_interval: Limit | None = None  # Codes, or keys to a new password, to one address for one network.
    otp_a_day: Shares | None = None  # The same over a day, whatever stands behind a plus; every sign-up is a code.
    otp_guesses: Daily | None = None  # Guesses at the codes of one address from one network; passwords apart.
    changes_by: Daily | None = None  # Changes of the address that one account asks for.
    keys_by: Daily | None = None  # API keys that one account makes.
    wrong_passwords: Backoff | None = None  # Wrong passwords in a row for one account from one network.
    logins_elsewhere: Limit | None = None  # Logins of one account tried from networks where nobody logged in lately.


PRODUCTION_LIMITS = RateLimits(
    reads=Limit(1_200, 60),
    writes=Limit(300, 60),
    resend=Limit(1, 600),
    mail_to=Limit(5, 3_600),
    mail_to_a_day=Shares(Limit(20, 86_400), beyond=Limit(60, 86_400), firsts=Limit(100, 86_400)),
    mail_from=Limit(100, 3_600),
    mail_by=Limit(300, 3_600),
    team_invitation=Limit(2, 86_400),
    guest_link=Limit(1, 3_600),
    unasked_mail=SharedBudget(Budget(hour=5, day=20), beyond=Budget(hour=10, day=30), firsts=Budget(hour=20, day=60)),
    repeated_mail=Budget(hour=12, day=40),
    messages_of=Limit(5, 86_400),
    messages_by=Limit(20, 86_400),
    message_tests=Limit(20, 86_400),
    otp_interval=Limit(1, 60),
    otp_a_day=Shares(Daily(5), beyond=Limit(20, 86_400), firsts=Limit(100, 86_400)),
    otp_guesses=Daily(15),
    changes_by=Daily(5),
    keys_by=Daily(50),
    wrong_passwords=Backoff(free=5, first=30, longest=3_600, forgotten=86_400),
    logins_elsewhere=Limit(100, 86_400),
)
GENEROUS_LIMITS = RateLimits()


def size(number: int) -> str:
    """So many bytes, in words."""
    return f"{number // 1024} KB" if number % 1024 == 0 else f"{number} bytes"


def span(time: timedelta) -> str:
    """So much time, in words: the largest unit of which it is a whole number, days from two days on."""
    for unit, seconds in (("day", 86_400), ("hour", 3_600), ("minute", 60)):
        number, rest = divmod(int(time.total_seconds()), seconds)
        if rest == 0 and number > (1 if unit == "day" else 0):
            return f"{number} {unit}" + ("s" if number > 1 else "")
    return f"{int(time.total_seconds())} seconds"
