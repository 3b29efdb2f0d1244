"""`python -m devtools.retention [--check]`: write docs/retention.md: what is kept of people, and what becomes of it.

One line for every kind of item in the tables. Tests hold the lines against the item classes, against everything that
is stored of an account that did everything, against its export, and against what is left when it was erased.
"""

import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from chalicelib.domain.accounts.exports import ExportKind
from chalicelib.domain.shared.limits import IDEMPOTENCY_LIFE, SIGN_UP_LIFE, span
from chalicelib.store.accounts import address_changes, erasures
from chalicelib.store.dynamo import tables
from chalicelib.store.dynamo.definitions import Item
from chalicelib.store.enrollments import enrollments
from chalicelib.store.items.people import GONE_KEPT
from chalicelib.store.outbox import outbox
from devtools.generated_files import keep

TARGET = Path(__file__).resolve().parents[1] / "docs" / "retention.md"
_ID = "[0-9A-HJKMNP-TV-Z]{26}"

ACCOUNT_LIFE = "until the account is erased"
EVENT_LIFE = "as long as the event: for good"
# Why an item is in no export.
NOBODY = "of nobody"
OTHERS = "written by others, about whom it tells as well"
DIGEST = "under a keyed digest, a number and no text: nobody finds it but by what it is of"


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """One kind of item. `personal` are the attributes that tell something of a person, in whatever form."""

    model: type[Item]
    key: str  # a regular expression for `pk` and `sk`, with a space between
    shown_key: str
    personal: tuple[str, ...] = ()
    inner: tuple[str, ...] = ()
    export: ExportKind | str
    erased: str
    lives: str

    @property
    def table(self) -> str:
        return str(self.model.Meta.table_name)

    @property
    def has_ttl(self) -> bool:
        return "expires" in self.model.get_attributes()


_CODED = ("created_at", "expires_at", "request_id", "armed", "code_mac", "code_expires_at", "attempts", "last_guess")
_EVENTS_STAY = "stays: what was public, with the id of an organizer who is nobody any more"

KEPT: Sequence[Kept] = (
    Kept(
        model=tables.AccountItem,
        key=rf"user#{_ID} account",
        shown_key="`user#<id>` · `account`",
        personal=(
            "email", "username", "first_name", "last_name", "locale", "networks", "roles", "teams", "public_name",
            "embed_on",
        ),
        inner=(
            "email_verified", "password_hash", "version", "created_at", "updated_at", "disabled", "revocations",
            "erases_at", "second_factor", "newest",
        ),
        export=ExportKind.ACCOUNT,
        erased="deleted first, in one transaction with its names",
        lives=ACCOUNT_LIFE,
    ),
    Kept(
        model=tables.SessionItem,
        key=rf"user#{_ID} session#.+",
        shown_key="`user#<id>` · `session#`",
        personal=("name", "network", "roles", "teams"),
        inner=(
            "email_verified", "current", "previous", "rotated_at", "created_at", "expires_at", "version", "expires",
        ),
        export=ExportKind.SESSION,
        erased="deleted when erasure is asked for",
        lives="until it ends: 7 days after its last refresh, 30 days at most",
    ),
    Kept(
        model=tables.ApiKeyItem,
        key=rf"user#{_ID} apikey#.+",
        shown_key="`user#<id>` · `apikey#`",
        personal=("name", "roles", "label"),
        inner=(
            "email_verified", "created_at", "expires_at", "version", "expires", "scope", "event_id", "digest",
            "last_used_at",
        ),
        export=ExportKind.API_KEY,
        erased="deleted when erasure is asked for",
        lives="until it ends or is revoked",
    ),
    Kept(
        model=tables.TeamItem,
        key=rf"team#{_ID} -",
        shown_key="`team#<event or owner>` · `-`",
        inner=("owner", "version", "members"),
        export="of its owner, who reads it at the event; what an account is in stands in the account",
        erased="of its own events deleted, with what its members had of it; in those of others its entry is",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.TeamInvitationItem,
        key=r"invited#.+ .+",
        shown_key="`invited#<digest of the address>` · `<member>`",
        personal=("email",),
        inner=("owner", "event", "expires_at", "expires"),
        export=ExportKind.TEAM_INVITATION,
        erased="deleted",
        lives="until it is answered, or over",
    ),
    Kept(
        model=tables.AddressChangeItem,
        key=rf"user#{_ID} change",
        shown_key="`user#<id>` · `change`",
        personal=("email",),
        inner=(*_CODED, "revocations", "expires"),
        export=ExportKind.ADDRESS_CHANGE,
        erased="deleted",
        lives="a day, or until it is proven",
    ),
    Kept(
        model=tables.FormerAddressItem,
        key=rf"user#{_ID} former#.+",
        shown_key="`user#<id>` · `former#`",
        personal=("email",),
        inner=("expires",),
        export=ExportKind.FORMER_ADDRESS,
        erased="deleted",
        lives=span(address_changes.FORMER_KEPT),
    ),
    Kept(
        model=tables.AccountExistsItem,
        key=rf"user#{_ID} notice",
        shown_key="`user#<id>` · `notice`",
        inner=("sent_at", "expires"),
        export="a time only: when somebody else asked for the address",
        erased="deleted",
        lives="a day",
    ),
    Kept(
        model=tables.PublicProfileItem,
        key=rf"user#{_ID} public",
        shown_key="`user#<id>` · `public`",
        personal=("text", "link"),
        export=ExportKind.PUBLIC_PROFILE,
        erased="deleted; hidden as soon as the account is closed",
        lives=ACCOUNT_LIFE,
    ),
    Kept(
        model=tables.FeedItem,
        key=rf"user#{_ID} feed",
        shown_key="`user#<id>` · `feed`",
        inner=("n",),
        export=ExportKind.CALENDAR_FEED,
        erased="deleted",
        lives=ACCOUNT_LIFE,
    ),
    Kept(
        model=tables.AskedNameItem,
        key=rf"user#{_ID} asked#{_ID}",
        shown_key="`user#<person>` · `asked#<event>`",
        personal=("name",),
        inner=("at", "expires"),
        export=ExportKind.ASKED_NAME,
        erased="deleted",
        lives=span(enrollments.ASKED_KEPT),
    ),
    Kept(
        model=tables.EarlierAskedNameItem,
        key=rf"{_ID}#A\d+ {_ID}",
        shown_key="`<event>#A<bucket>` · person",
        personal=("name",),
        inner=("at",),
        export='the same where it was before: `make backfill ARGS="asked_names --write"` moves it',
        erased="once it was moved",
        lives="until it was moved",
    ),
    Kept(
        model=tables.AttendeeItem,
        key=rf"user#{_ID} attendee",
        shown_key="`user#<person>` · `attendee`",
        personal=(
            "name", "own_name", "locale", "first_name", "last_name", "email", "phone", "date_of_birth", "kept_by",
        ),
        inner=("version", "created_at", "updated_at", "expires"),
        export=ExportKind.OWN_RECORD,
        erased="one's own, a guest's with the address, and those that one keeps: deleted, leaving an empty item for "
        f"{span(GONE_KEPT)}; of one that somebody else keeps with the address everything but that it is there",
        lives="until its person or its keeper deletes it; a guest's until they sign up and have the account erased; a "
        "walk-in's who said no address, in which nothing is, for good",
    ),
    Kept(
        model=tables.UsesItem,
        key=rf"user#{_ID} uses",
        shown_key="`user#<person>` · `uses`",
        inner=("number", "partitions"),
        export="events of a kept record, which are exported with its enrollments",
        erased="deleted with the record",
        lives="as long as the record",
    ),
    Kept(
        model=tables.KeptItem,
        key=rf"kept#{_ID} {_ID}",
        shown_key="`kept#<keeper>` · attendee",
        personal=("card", "words"),
        inner=("version",),
        export=ExportKind.KEPT_RECORD,
        erased="deleted with the records; blank where somebody else keeps the address",
        lives="as long as the record",
    ),
    Kept(
        model=tables.ErasureItem,
        key=rf"user#{_ID} erasure",
        shown_key="`user#<id>` · `erasure`",
        personal=("email",),
        inner=("teams", "mailboxes", "taken_at", "expires"),
        export="there is no account any more that could ask for it",
        erased="deleted last",
        lives=f"minutes, while the rest is erased; {span(erasures.LEFT_KEPT)} if that failed and nobody drove it again",
    ),
    Kept(
        model=tables.NameItem,
        key=r"(email|username)#.+ -|keptmail#.+ -",
        shown_key="`email#`, `username#`, `keptmail#` · `-`",
        personal=("pk",),
        inner=("user_id",),
        export="the address and the username, as the account and the records have them",
        erased="deleted with the account, or the record",
        lives="as long as the account, the guest or the record",
    ),
    Kept(
        model=tables.AddressUseItem,
        key=rf"addressed#.+ {_ID}",
        shown_key="`addressed#<address>` · attendee",
        personal=("pk",),
        inner=("kept_by",),
        export=OTHERS,
        erased="deleted, when the record was",
        lives="as long as the record has the address",
    ),
    Kept(
        model=tables.SignUpItem,
        key=r"email#.+ signup#.+",
        shown_key="`email#<address>` · `signup#`",
        personal=("email", "username", "first_name", "last_name", "locale", "network"),
        inner=(*_CODED, "roles", "password_hash", "expires"),
        export=OTHERS,
        erased="deleted, whoever signed up with the address",
        lives=span(SIGN_UP_LIFE),
    ),
    Kept(
        model=tables.SignUpAddressItem,
        key=r"user#[0-9a-f]{40} signup",
        shown_key="`user#<sign-up>` · `signup`",
        personal=("email",),
        inner=("expires",),
        export=OTHERS,
        erased="deleted with the sign-up",
        lives=span(SIGN_UP_LIFE),
    ),
    Kept(
        model=tables.AnswerItem,
        key=r"answer#\S+ -",
        shown_key="`answer#<digest>` · `-`",
        personal=("body", "headers"),
        inner=("body_digest", "status", "expires_at", "expires"),
        export="a copy of an answer that its client has",
        erased="over long before: the account has no login for two weeks. Others' answers that name the address are "
        f"over {span(IDEMPOTENCY_LIFE)} after their request",
        lives=span(IDEMPOTENCY_LIFE),
    ),
    Kept(
        model=tables.MailboxItem,
        key=r"mailbox#\S+ -",
        shown_key="`mailbox#<digest>` · `-`",
        inner=("suppressed", "reminders", "follow_ups", "messages", "by_others"),
        export=ExportKind.MAILBOX,
        erased="stays: that an address must not be written to outlives the account, under a keyed digest of it",
        lives="for good; a digest tells nobody the address, and dies with the key that made it",
    ),
    Kept(
        model=tables.LedgerItem,
        key=r"ledger#\S+ -",
        shown_key="`ledger#<digest>` · `-`",
        inner=("sent", "expires"),
        export=DIGEST,
        erased="over by itself: digests of a mailbox, and of those who had mails sent to it",
        lives="about a day after the last mail that others caused",
    ),
    Kept(
        model=tables.FailuresItem,
        key=r"failures#\S+ -",
        shown_key="`failures#<digest>` · `-`",
        inner=("failures", "until", "mark", "expires"),
        export=DIGEST,
        erased="over by itself",
        lives="two days after the last wrong password",
    ),
    Kept(
        model=tables.LimitItem,
        key=r"limit#\S+ -",
        shown_key="`limit#<digest>` · `-`",
        inner=("tat", "mark", "expires"),
        export=DIGEST,
        erased="over by itself",
        lives="an hour after nothing of the limit is used any more, a month at most",
    ),
    Kept(
        model=tables.EnrollmentItem,
        key=rf"{_ID}#\d+ {_ID}",
        shown_key="`<event>#<bucket>` · person",
        personal=("attendee", "note", "name", "corrected_name", "typed", "maker", "charged", "history"),
        inner=(
            "enrolled_at", "status", "n", "generation", "attempt_id", "updated_at", "version", "ticket", "expires_at",
            "unproven", "skipped", "checked_in_at", "no_show_at", "seated", "kept", "mail", "bounced_at", "why", "was",
            "to", "came", "arrivals", "undone", "ahead", "agreed", "veil",
        ),
        export=ExportKind.ENROLLMENT,
        erased="places to come are given up and handed over; names, addresses and notes are taken away; the row "
        "stays with its seats and times, under an id that names nobody",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.WaitlistItem,
        key=rf"{_ID}#W \d+",
        shown_key="`<event>#W` · waitlist number",
        personal=("row",),
        export="a copy of the enrollment",
        erased="as the enrollment: they change in one transaction",
        lives="while its person waits",
    ),
    Kept(
        model=tables.HoldItem,
        key=rf"{_ID}#H \S+#{_ID}",
        shown_key="`<event>#H` · deadline#person",
        inner=("bucket", "n", "kept", "offer"),
        export="what the enrollment says as well",
        erased="as the enrollment",
        lives="while the seat is kept",
    ),
    Kept(
        model=tables.ActivityItem,
        key=rf"{_ID}#L(T|\d*) \S+",
        shown_key="`<event>#L`, `<event>#L<bucket>`, `<event or owner>#LT` · at and what it is of",
        inner=("entry",),
        export="what happened to an enrollment is exported with it; what an account is in stands in the account",
        erased="stays: codes and numbers, under ids that name nobody",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.FiguresItem,
        key=rf"{_ID}#F (-|\d{{4}}-\d\d-\d\d)",
        shown_key="`<event>#F` · day",
        inner=("numbers",),
        export=NOBODY,
        erased="stays",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.ChargeItem,
        key=rf"{_ID}#C#{_ID} -",
        shown_key="`<event>#C#<person>` · `-`",
        inner=("n",),
        export="a sum over enrollments that are exported",
        erased="stays: a number, under an id that names nobody",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.WaitlistCounterItem,
        key=rf"{_ID}#T -",
        shown_key="`<event>#T` · `-`",
        inner=("last",),
        export=NOBODY,
        erased="stays",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.EventItem,
        key=rf"event#{_ID} -|count#.+",
        shown_key="`event#<id>`, `count#` · `-`",
        personal=("organizer", "card", "description"),
        inner=("status", "version", "organizer_sort", "notice_state", "notice"),
        export=ExportKind.EVENT,
        erased="past events stay as they were published, without the organizer's name; drafts are deleted, what is "
        "to come is cancelled",
        lives="for good; a deleted one is kept for those who were enrolled",
    ),
    Kept(
        model=tables.AnnouncementItem,
        key=rf"told#{_ID} (notice|message)#.+",
        shown_key="`told#<event>` · `notice#`, `message#`",
        personal=("told",),
        export=ExportKind.MESSAGE,
        erased="the organizer's messages are deleted; changes of an event stay",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.AnnouncedItem,
        key=rf"sent#{_ID} .+",
        shown_key="`sent#<event>` · time, kind, id",
        personal=("card",),
        export="the subject of a message, which is exported",
        erased="the organizer's messages are deleted; changes of an event stay",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.ListItem,
        key=r"(list|made|title|word|intitle|inplace|is|cell|nearlyfull)#.+ .+",
        shown_key="`list#`, `made#`, `title#` · place",
        personal=("card",),
        inner=("status", "version", "words"),
        export="a copy of the event",
        erased=_EVENTS_STAY,
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.PostingItem,
        key=r"(word|intitle|inplace|is|cell|nearlyfull)#.+ .+",
        shown_key="`word#`, `intitle#`, `inplace#`, `is#`, `cell#`, `nearlyfull#` · place",
        inner=("v", "t", "a", "m", "w", "s", "g"),
        export="a copy of the event",
        erased="stays as long as the event is listed: its title and words",
        lives="while the event is listed",
    ),
    Kept(
        model=tables.IndexedItem,
        key=rf"indexed#{_ID} -",
        shown_key="`indexed#<event>` · `-`",
        inner=("version", "run", "places", "number"),
        export=NOBODY,
        erased="stays",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.SeatItem,
        key=rf"{_ID}(#\d+)? ",
        shown_key="`<event>`, `<event>#1`...",
        personal=("organizer_name", "card"),
        inner=(
            "free", "guest_free", "mode", "opens_at", "closes_at", "pending", "confirmed", "waitlisted", "offered",
            "cancelled", "expired", "checked_in", "no_show", "bounced", "capacity", "n", "status", "index_version",
            "few", "free_sum", "counts_sum", "as_of", "given_up",
        ),
        export="a copy of the account's name, and of the event",
        erased="the name is taken away; a deleted event has none",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.OutboxItem,
        key=r"\d{4}-\d\d-\d\dT\d\d#j?\d+ .+",
        shown_key="`<hour>#<n>`, `<hour>#j<n>` · due_at#id",
        personal=("recipient", "about"),
        inner=(
            "kind", "created_at", "state", "claims", "tries", "holder", "lease_until", "cursor", "detail",
            "finished_at", "feedback", "feedback_at", "feedback_detail", "later",
            "expires",
        ),
        export="the last mail about an enrollment is exported with it",
        erased="over by itself: ids that name nobody, no address, and no network once it is finished",
        lives=f"{span(outbox.KEPT)} after it was due",
    ),
    Kept(
        model=tables.LetterItem,
        key=r"letters \S+",
        shown_key="`letters` · id",
        inner=("queue", "bucket", "place", "what", "reason", "failed_at", "redriven_at", "expires"),
        export="where a row is that failed, and why: no address and no id of a person",
        erased="over by itself",
        lives=f"as long as the row that failed: {span(outbox.KEPT)}",
    ),
    Kept(
        model=tables.TallyItem,
        key=rf"tally#{_ID}#\S+ \d+",
        shown_key="`tally#<event>#<message>` · number",
        inner=("mails", "sent", "skipped", "failed", "delivered", "bounced", "complained"),
        export=NOBODY,
        erased="stays: numbers",
        lives=EVENT_LIFE,
    ),
    Kept(
        model=tables.AdminsItem,
        key="admins -",
        shown_key="`admins` · `-`",
        inner=("ids",),
        export="the role is in the account",
        erased="an admin's account is erased once they are none any more",
        lives="for good",
    ),
    Kept(
        model=tables.ListedAccountItem,
        key=rf"accounts \S+#{_ID}",
        shown_key="`accounts` · created_at#id",
        export="the time and the id of the account, which are exported with it",
        erased="deleted with the account",
        lives=ACCOUNT_LIFE,
    ),
    Kept(
        model=tables.ActItem,
        key=r"audit \S+",
        shown_key="`audit` · at#id",
        inner=("admin", "what", "about", "request_id", "reason", "reference", "expires"),
        export="what admins did, by ids and words of closed lists: of the admin, who is answerable for it",
        erased="stays until it is over: ids that name nobody",
        lives="400 days, or what `AUDIT_DAYS` says",
    ),
    Kept(
        model=tables.WatermarkItem,
        key="watermark -",
        shown_key="`watermark` · `-`",
        inner=("at", "mail_cursor", "mail_oldest", "jobs_at", "jobs_cursor", "jobs_oldest"),
        export=NOBODY,
        erased="stays",
        lives="for good",
    ),
)  # fmt: skip

_HEAD = """\
# What is kept, and how long

Generated from `devtools/retention.py` by `make docs`; change it there. [privacy.md](privacy.md) says how the export and
the erasure of an account work, and what operators have to know.

What has a time to live is taken away by DynamoDB within about two days after it is over; nothing is decided by that,
and nothing that is over is shown or used. Everything else stays until the column "erased" says so.

| table | item | tells of a person | in the export | when its account is erased | lives | TTL |
|---|---|---|---|---|---|---|
"""
_TAIL = """
Beside the tables: the queues hold keys of rows, and what SES reports of a mail with its address, for 4 days at most;
dead letters for 14. Log lines have no address, no name and nothing secret, name an account
by a digest of its id, and are kept for 30 days. Backups are
whatever the operator makes of the tables (point-in-time recovery keeps 35 days).
"""


def page() -> str:
    return _HEAD + "".join(_row(kept) for kept in KEPT) + _TAIL


def _row(kept: Kept) -> str:
    tells = ", ".join(f"`{name}`" for name in kept.personal) or "-"
    export = f"`{kept.export.value}`" if isinstance(kept.export, ExportKind) else f"no: {kept.export}"
    cells = (kept.table, kept.shown_key, tells, export, kept.erased, kept.lives, "yes" if kept.has_ttl else "-")
    return "| " + " | ".join(cells) + " |\n"


def declared(table: str, pk: str, sk: str) -> list[Kept]:
    """The lines that an item of a table could be of, by its key."""
    place = f"{pk} {sk}"
    return [one for one in KEPT if one.table == table and re.fullmatch(one.key, place, re.DOTALL)]


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    return keep("devtools.retention", __doc__, lambda: {target: page()}, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
