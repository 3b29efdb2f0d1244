"""The text of every key, made and parsed here only."""

import hashlib
from datetime import datetime

from chalicelib.domain.enrollments.enrollment import EnrollmentKey
from chalicelib.domain.events.event import Event
from chalicelib.domain.search.words import earlier_title_key, title_bucket, title_key
from chalicelib.domain.shared import ids
from chalicelib.domain.shared.times import month_of, stamp
from chalicelib.store.dynamo.definitions import Key

SOLE = "-"  # the sort key of an item that is alone in its partition
MONTHS = "months"
MADE = "made"
TITLES = "titles"
RUN = " "  # between a place and the number of a run
LAST = "~"  # sorts after every stamp, id and hour
BETWEEN = "\t"  # between a title and the id: sorts before everything that a folded title contains

_LONGEST_TEXT = 1900  # bytes; the rest of a partition key's 2,048 is for the prefix


def event(event_id: str) -> Key:
    return f"event#{event_id}", SOLE


def announced(event_id: str) -> str:
    """The partition of what the people of an event are told."""
    return f"told#{event_id}"


def change(event_id: str, notice_id: str) -> Key:
    return announced(event_id), f"notice#{notice_id}"


def message(event_id: str, message_id: str) -> Key:
    return announced(event_id), f"message#{message_id}"


def announced_list(event_id: str) -> str:
    """The partition of the list of what they were told, in the order of time."""
    return f"sent#{event_id}"


def announced_place(at: datetime, kind: str, announced_id: str) -> str:
    return f"{stamp(at)}#{kind}#{announced_id}"


def tally(name: str) -> Key:
    """One of the tallies of what became of the mails to many: `<event>#<id>#<number>`."""
    announced, _, number = name.rpartition("#")
    return f"tally#{announced}", number


def announced_id(sk: str) -> str:
    """The id of a change notice or a message."""
    return sk.split("#", 1)[1]


def last_id(key: str) -> str:
    """Whose event a key is: its own, and every place in an order, ends with the id."""
    return key[-ids.LENGTH :]


def listed(status: str, month: str) -> str:
    """The partition of one month of the list."""
    return f"list#{status}#{month}"


def place(row: Event) -> str:
    """Where an event stands in date order; ties are broken by id."""
    return f"{stamp(row.facts.starts_at)}#{row.id}"


def list_row(row: Event) -> Key:
    return listed(row.list_name or row.status, month_of(row.facts.starts_at)), place(row)


def made(status: str, month: str) -> str:
    """The partition of the events that were created in a month."""
    return f"made#{status}#{month}"


def made_row(row: Event) -> Key:
    return made(row.status, month_of(row.created_at)), f"{stamp(row.created_at)}#{row.id}"


def titled(status: str, bucket: str) -> str:
    """The partition of the events whose titles begin with the characters of a bucket."""
    return f"title#{status}#{bucket}"


def title_row(row: Event) -> Key:
    key = title_key(row.facts.title)
    return titled(row.status, title_bucket(key)), f"{key}{BETWEEN}{row.id}"


def earlier_title_row(row: Event) -> Key:
    """Where its row in the order of titles was before folding knew all letters; the same as now for most titles."""
    key = earlier_title_key(row.facts.title)
    return titled(row.status, title_bucket(key)), f"{key}{BETWEEN}{row.id}"


def posting(row: Event, number: int) -> str:
    """The sort key of its rows in the index that a run of this number writes: before whatever is beyond the place."""
    return posting_at(place(row), number)


def posting_at(where: str, number: int) -> str:
    return f"{where}{RUN}{number}"


def run_of(sort_key: str) -> int:
    """The number of the run that wrote a row of the index; 0 of rows from before runs had numbers."""
    return int(sort_key.partition(RUN)[2] or 0)


COMPLETE: Key = ("nearlyfull#complete", SOLE)  # there when the list of nearly full events has all of them


def posted(kind: str, name: str) -> str:
    """The partition of the index for a word's letters, three letters of a title or a location, a property or a cell."""
    return f"{kind}#{_fitting(name)}"


def indexed(event_id: str) -> Key:
    """The record of what the index holds of an event."""
    return f"indexed#{event_id}", SOLE


def counts(status: str) -> str:
    """The partition of the figures: one item for all months, one a month for its days, one for each other order."""
    return f"count#{status}"


def organizer_count(user_id: str) -> Key:
    return f"count#organizer#{user_id}", SOLE


def seat(event_id: str, shard: int) -> Key:
    """Shards have their own partitions; the first is the header."""
    return (event_id if shard == 0 else f"{event_id}#{shard}"), None


def enrollments(event_id: str, bucket: int) -> str:
    return f"{event_id}#{bucket}"


def enrollment(key: EnrollmentKey) -> Key:
    return enrollments(key.event_id, key.bucket), key.attendee_id


def enrollment_key(pk: str, sk: str) -> EnrollmentKey:
    event_id, bucket = pk.rsplit("#", 1)
    return EnrollmentKey(event_id, int(bucket), sk)


def activity(event_id: str, bucket: int | None) -> str:
    """What happened to the people of one partition of enrollments; None: to the event itself."""
    return f"{event_id}#L" if bucket is None else f"{event_id}#L{bucket}"


def activity_of_person(key: EnrollmentKey, at: datetime, version: int) -> Key:
    return activity(key.event_id, key.bucket), f"{stamp(at)}#{key.attendee_id}#{version}"


def activity_of_event(event_id: str, at: datetime, version: int) -> Key:
    return activity(event_id, None), f"{stamp(at)}#{version}"


def activity_of_team(scope: str) -> str:
    """What happened to the team of an event and to the keys for its door, or to the team of all events of an owner."""
    return f"{scope}#LT"


def activity_of_member(scope: str, at: datetime, version: int, member_id: str) -> Key:
    return activity_of_team(scope), f"{stamp(at)}#{version}#{member_id}"


def activity_of_door_key(event_id: str, at: datetime, step: str, key_id: str) -> Key:
    return activity_of_team(event_id), f"{stamp(at)}#{step}#{key_id}"


def figures(event_id: str, day: str) -> Key:
    """The figures of one day of UTC; `SOLE`: up to where they are counted."""
    return f"{event_id}#F", day


def asked_name(key: EnrollmentKey) -> Key:
    """The name in a guest's request without a place: with the person, so that it is erased with them."""
    return user(key.attendee_id), f"asked#{key.event_id}"


def earlier_asked_names(event_id: str, bucket: int) -> str:
    """Where such names were before: in partitions beside those of the enrollments."""
    return f"{event_id}#A{bucket}"


def waitlist(event_id: str) -> str:
    return f"{event_id}#W"


def waitlist_place(event_id: str, waitlist_number: int) -> Key:
    return waitlist(event_id), f"{waitlist_number:012d}"


def waitlist_counter(event_id: str) -> Key:
    return f"{event_id}#T", SOLE


def charge(event_id: str, person_id: str) -> Key:
    """Each has a partition of its own: strangers do not wait for each other."""
    return f"{event_id}#C#{person_id}", SOLE


def holds(event_id: str) -> str:
    return f"{event_id}#H"


def hold(key: EnrollmentKey, expires_at: datetime) -> Key:
    return holds(key.event_id), f"{stamp(expires_at)}#{key.attendee_id}"


def user(user_id: str) -> str:
    return f"user#{user_id}"


def account(user_id: str) -> Key:
    return user(user_id), "account"


def sign_up_address(sign_up_id: str) -> Key:
    return user(sign_up_id), "signup"


def address_change(user_id: str) -> Key:
    """The one wish of an account for another address."""
    return user(user_id), "change"


def former_address(user_id: str, change_id: str) -> Key:
    return user(user_id), f"former#{change_id}"


def account_exists_mail(user_id: str) -> Key:
    return user(user_id), "notice"


def public_profile(user_id: str) -> Key:
    return user(user_id), "public"


def feed(user_id: str) -> Key:
    return user(user_id), "feed"


def session(user_id: str, session_id: str) -> Key:
    return user(user_id), f"session#{session_id}"


def api_key(user_id: str, key_id: str) -> Key:
    return user(user_id), f"apikey#{key_id}"


def _fitting(text: str) -> str:
    """A text of somebody as part of a partition key, which holds 2,048 bytes: whatever is too long is its digest.

    Nothing that long is ever stored, so it is looked up and not found. Folding makes texts longer: an API that bounds
    what it was sent has not bounded this.
    """
    raw = text.encode()
    return text if len(raw) <= _LONGEST_TEXT else hashlib.sha256(raw).hexdigest()


def email(folded: str) -> Key:
    return f"email#{_fitting(folded)}", SOLE


def sign_up(folded_email: str, sign_up_id: str) -> Key:
    """Beside the name that says whose the address is, so that one query answers both."""
    return email(folded_email)[0], f"signup#{sign_up_id}"


def username(folded: str) -> Key:
    return f"username#{_fitting(folded)}", SOLE


def attendee(person_id: str) -> Key:
    return user(person_id), "attendee"


def erasure(user_id: str) -> Key:
    """An account that is gone, with something of it left."""
    return user(user_id), "erasure"


def address_uses(folded: str) -> str:
    """The partition of the attendee records that have an address."""
    return f"addressed#{_fitting(folded)}"


def address_use(folded: str, person_id: str) -> Key:
    return address_uses(folded), person_id


def uses(person_id: str) -> Key:
    """Where a kept record was enrolled."""
    return user(person_id), "uses"


def keeper(user_id: str) -> str:
    """The partition of the records that somebody keeps, by id."""
    return f"kept#{user_id}"


def kept(keeper_id: str, attendee_id: str) -> Key:
    return keeper(keeper_id), attendee_id


def kept_email(keeper_id: str, folded: str) -> Key:
    """Beside the list and not in it: an address is unique among the records of one keeper."""
    return f"keptmail#{keeper_id}#{_fitting(folded)}", SOLE


def team(scope: str) -> Key:
    """Of an event, or of an owner: ids of both are ULIDs."""
    return f"team#{scope}", SOLE


def invited(mailbox: str) -> str:
    """The partition of the open invitations to one address, by its digest."""
    return f"invited#{mailbox}"


def team_invitation(mailbox: str, member_id: str) -> Key:
    return invited(mailbox), member_id


def answer(digest: str) -> Key:
    return f"answer#{digest}", SOLE


def mailbox(mac: str) -> Key:
    return f"mailbox#{mac}", SOLE


def ledger(mac: str) -> Key:
    return f"ledger#{mac}", SOLE


def failures(digest: str) -> Key:
    return f"failures#{digest}", SOLE


def limit(digest: str) -> Key:
    return f"limit#{digest}", SOLE


AUDIT = "audit"  # the partition of what admins did


def act(at: datetime, act_id: str) -> Key:
    return AUDIT, f"{stamp(at)}#{act_id}"


ADMINS: Key = ("admins", SOLE)  # who is one
LISTED_ACCOUNTS = "accounts"  # the partition of all accounts, in the order in which they were made


def listed_account(created_at: datetime, user_id: str) -> Key:
    return LISTED_ACCOUNTS, f"{stamp(created_at)}#{user_id}"


LETTERS = "letters"  # the partition of what failed for good


def letter(letter_id: str) -> Key:
    return LETTERS, letter_id


def letter_id(failed_at: datetime, row_id: str) -> str:
    """In the order of time, and fit for an address."""
    return f"{failed_at:%Y%m%dT%H%M%S}{failed_at.microsecond // 1000:03d}Z-{row_id}"


WATERMARK: Key = ("watermark", SOLE)
