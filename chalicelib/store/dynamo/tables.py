"""The items of the tables: what each holds beside its keys.

Item classes (de)serialize only; reading and writing go through `client.py`. Key text is made in `keys.py`.
"""

from pynamodb.attributes import BooleanAttribute, NumberAttribute, UnicodeAttribute, UnicodeSetAttribute

from chalicelib.store.dynamo.definitions import AccountsTable, DueTable, EnrollmentsTable, EventsTable, Item


class EventItem(EventsTable):
    """The event itself: `card` is its public summary as JSON, what is not on a card stands beside it."""

    card = UnicodeAttribute()
    status = UnicodeAttribute()
    version = NumberAttribute()
    description = UnicodeAttribute(null=True)
    organizer = UnicodeAttribute(null=True)  # key of `by_organizer`; a deleted event has none
    organizer_sort = UnicodeAttribute(null=True)
    notice_state = UnicodeAttribute(null=True)  # id and state of the change notice that waits or is being sent
    notice = UnicodeAttribute(null=True)  # JSON: what the event was when it was opened


class AnnouncementItem(EventsTable):
    """What the people of an event are told: one change of it, or one message of its organizer."""

    content = UnicodeAttribute(attr_name="told")  # JSON


class AnnouncedItem(EventsTable):
    """One row of the list of what the people of an event were told."""

    card = UnicodeAttribute()  # JSON


class ListItem(EventsTable):
    """One row of an order (start, creation, title) or of the index: the partition says which; then the place and id."""

    card = UnicodeAttribute()
    status = UnicodeAttribute()
    version = NumberAttribute()
    words = UnicodeAttribute(null=True)  # of the index: the event's words that begin with the partition's letters


class PostingItem(EventsTable):
    """One row of the index: the partition is the list, the sort key the place and the number of the run that wrote it.

    What it says of the event is `domain/search/posting_facts.PostingFacts`. Names are short: a search reads thousands.
    """

    v = NumberAttribute()  # the event's version
    t = UnicodeAttribute()  # the folded title
    a = UnicodeAttribute(null=True)  # the words beyond it, of an event that has few
    m = UnicodeAttribute(null=True)  # marks
    w = UnicodeAttribute(null=True)  # of an event that has many: its words that belong to this list
    s = UnicodeAttribute(null=True)  # the status where it is not published
    g = UnicodeAttribute(null=True)  # the coordinates, of an event that has some


class IndexedItem(EventsTable):
    """What the index holds of an event: everything it may have been written to, before it is written to."""

    version = NumberAttribute()  # of the event that was indexed; 0 while a run is under way
    run = UnicodeAttribute()  # whoever writes to the index must still be the one named here
    places = UnicodeAttribute()  # JSON: by sort key, the partitions
    number = NumberAttribute(null=True)  # of the last run: every run writes rows of its own


class SeatItem(Item):
    """A shard of seats. The first one is also the header, with what lists and details show."""

    class Meta:
        table_name = "seats"

    pk = UnicodeAttribute(hash_key=True)
    free = NumberAttribute()
    guest_free = NumberAttribute()  # seats that unproven guests may still hold
    mode = UnicodeAttribute()
    opens_at = UnicodeAttribute()
    closes_at = UnicodeAttribute()
    pending = NumberAttribute()  # enrollments by status: the shard's part, which may be below zero
    confirmed = NumberAttribute()
    waitlisted = NumberAttribute()
    offered = NumberAttribute()
    cancelled = NumberAttribute(null=True)
    expired = NumberAttribute(null=True)
    checked_in = NumberAttribute(null=True)
    no_show = NumberAttribute(null=True)
    bounced = NumberAttribute(null=True)
    capacity = NumberAttribute(null=True)  # from here on: header only
    given_up = NumberAttribute(null=True)  # how often seats were taken from the capacity by giving them to nobody
    n = NumberAttribute(null=True)
    status = UnicodeAttribute(null=True)
    organizer_name = UnicodeAttribute(null=True)
    index_version = NumberAttribute(null=True)  # of the event: an older row of the index is stale
    card = UnicodeAttribute(null=True)  # of the event as of `index_version`, where it fits
    nearly_full_at = UnicodeAttribute(attr_name="few", null=True)  # its place in that list, or that it is not there
    free_sum = NumberAttribute(null=True)
    counts_sum = UnicodeAttribute(null=True)
    as_of = UnicodeAttribute(null=True)


class EnrollmentItem(EnrollmentsTable):
    """One person at one event, with its last transitions."""

    attendee = UnicodeAttribute()
    enrolled_at = UnicodeAttribute()
    status = UnicodeAttribute()
    n = NumberAttribute()
    generation = NumberAttribute()
    attempt_id = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    version = NumberAttribute()
    note = UnicodeAttribute(null=True)
    history = UnicodeAttribute()  # compact JSON: the row stays under 1 KB, the unit that writes are billed in
    maker = UnicodeAttribute(null=True)  # key of `by_maker`: the keeper or organizer who enrolled somebody else
    charged_to = UnicodeAttribute(attr_name="charged", null=True)
    waitlist_number = NumberAttribute(attr_name="ticket", null=True)
    expires_at = UnicodeAttribute(null=True)
    unproven = BooleanAttribute(null=True)
    skipped = NumberAttribute(null=True)
    checked_in_at = UnicodeAttribute(null=True)
    no_show_at = UnicodeAttribute(null=True)
    seated = NumberAttribute(null=True)  # milliseconds: when the seat was confirmed, of a confirmed one
    kept = NumberAttribute(null=True)  # milliseconds: since when the seat is kept, of a pending or offered one
    mail = UnicodeAttribute(null=True)  # where the last mail about it is among what is due
    bounced_at = NumberAttribute(null=True)  # in milliseconds: the row is to stay under 1 KB
    cause = UnicodeAttribute(attr_name="why", null=True)  # its absence tells a row from before these seven
    was = UnicodeAttribute(null=True)
    handed_to = UnicodeAttribute(attr_name="to", null=True)
    checked_in_people = NumberAttribute(attr_name="came", null=True)
    arrivals = UnicodeAttribute(null=True)  # compact JSON of times and people
    undone_at = NumberAttribute(attr_name="undone", null=True)
    corrected = UnicodeAttribute(attr_name="ahead", null=True)  # compact JSON of pairs of times
    acted_at = NumberAttribute(attr_name="agreed", null=True)  # in milliseconds
    name = UnicodeAttribute(null=True)  # of the person, as it was given with the enrollment
    corrected_name = UnicodeAttribute(null=True)  # by the organizer or the keeper
    veiled = BooleanAttribute(attr_name="veil", null=True)  # nobody but its person sees whose address it is
    typed_address = UnicodeAttribute(attr_name="typed", null=True)  # folded, while it is veiled


class ActivityItem(EnrollmentsTable):
    """One change of an event or an enrollment, as it was written with it."""

    entry = UnicodeAttribute()  # compact JSON: ids, codes and numbers


class FiguresItem(EnrollmentsTable):
    """What was counted of one day, by the quarter of an hour; or how far that has come."""

    numbers = UnicodeAttribute()  # compact JSON, or the place of the last entry that is counted


class ChargeItem(EnrollmentsTable):
    """How many seats of an event somebody has taken for others."""

    n = NumberAttribute()


class WaitlistItem(EnrollmentsTable):
    """One place in a waitlist, with a copy of its row, so that a seat is handed over without another read."""

    enrollment = UnicodeAttribute(attr_name="row")


class HoldItem(EnrollmentsTable):
    """One hold or offer in the order of its deadline, so that an expired one is found by whoever needs its seats."""

    bucket = NumberAttribute()
    n = NumberAttribute()  # seats; the key of no index stands here, so that no list of enrollments shows it
    kept = NumberAttribute(null=True)  # as on the enrollment; items that were written before have none
    offer = BooleanAttribute(null=True)


class AskedNameItem(AccountsTable):
    """The name in a guest's request that got no place: the mailed link may still get one."""

    name = UnicodeAttribute()
    at = UnicodeAttribute()
    expires = NumberAttribute()


class EarlierAskedNameItem(EnrollmentsTable):
    """The same where it was before, beside the enrollments of the event."""

    name = UnicodeAttribute()
    at = UnicodeAttribute()


class WaitlistCounterItem(EnrollmentsTable):
    """The last number that was drawn for a waitlist; gaps mean nothing."""

    last = NumberAttribute()


class OutboxItem(DueTable):
    """A mail intent or a job; afterwards its log."""

    kind = UnicodeAttribute()
    recipient = UnicodeAttribute()
    about = UnicodeAttribute()
    created_at = UnicodeAttribute()
    state = UnicodeAttribute()
    claims = NumberAttribute()
    tries = NumberAttribute()
    holder = UnicodeAttribute(null=True)  # the attempt that claimed it last
    lease_until = UnicodeAttribute()
    cursor = UnicodeAttribute(null=True)
    detail = UnicodeAttribute(null=True)
    finished_at = UnicodeAttribute(null=True)
    later = UnicodeAttribute(null=True)  # where the same mail is due that was put off here
    feedback = UnicodeAttribute(null=True)  # what the provider reported after it took the mail
    feedback_at = UnicodeAttribute(null=True)
    feedback_detail = UnicodeAttribute(null=True)
    expires = NumberAttribute()


class LetterItem(DueTable):
    """Of a row that failed for good: where it is, and why it did."""

    queue = UnicodeAttribute()
    bucket = UnicodeAttribute()
    place = UnicodeAttribute()
    kind = UnicodeAttribute(attr_name="what")  # no row of the outbox itself
    reason = UnicodeAttribute()
    failed_at = UnicodeAttribute()
    redriven_at = UnicodeAttribute(null=True)
    expires = NumberAttribute()


class TallyItem(DueTable):
    """How many of the mails to many there are, and how they stand: each is counted with the write that it is about."""

    mails = NumberAttribute(null=True)
    sent = NumberAttribute(null=True)
    skipped = NumberAttribute(null=True)
    failed = NumberAttribute(null=True)
    delivered = NumberAttribute(null=True)
    bounced = NumberAttribute(null=True)
    complained = NumberAttribute(null=True)


class WatermarkItem(DueTable):
    """How far the tick has come: `at` and what begins with `mail` of mails, the others of jobs."""

    at = UnicodeAttribute()
    mail_cursor = UnicodeAttribute(null=True)
    mail_oldest = UnicodeAttribute(null=True)
    jobs_at = UnicodeAttribute(null=True)
    jobs_cursor = UnicodeAttribute(null=True)
    jobs_oldest = UnicodeAttribute(null=True)


class AccountItem(AccountsTable):
    email = UnicodeAttribute()
    username = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute()
    last_name = UnicodeAttribute()
    roles = UnicodeAttribute()
    email_verified = BooleanAttribute()
    locale = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    disabled = BooleanAttribute()
    revocations = NumberAttribute(null=True)
    networks = UnicodeAttribute(null=True)  # from where somebody logged in, and when last: `network=stamp,...`
    erases_at = UnicodeAttribute(null=True)
    teams = UnicodeAttribute(null=True)  # at events of others: `scope=role=member,...`
    embed_on = UnicodeAttribute(null=True)  # origins, with a blank between
    second_factor = UnicodeAttribute(null=True)  # `sealed|since|last step|digest,digest`: see store/items/accounts.py
    newest = UnicodeAttribute(null=True)  # `sk` of the credential that was made last: see store/accounts/credentials.py
    public_name = UnicodeAttribute(null=True)


class NameItem(AccountsTable):
    """A unique name (e-mail address or username) and whose it is."""

    user_id = UnicodeAttribute()


class AttendeeItem(AccountsTable):
    """What is known of a person besides their account: a guest, somebody's kept record, or a user's own additions."""

    name = UnicodeAttribute(null=True)  # a guest's, from before names belonged to enrollments: anybody's word
    own_name = UnicodeAttribute(null=True)  # a guest's, since they proved their address
    locale = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute(null=True)
    last_name = UnicodeAttribute(null=True)
    email = UnicodeAttribute(null=True)
    phone = UnicodeAttribute(null=True)
    date_of_birth = UnicodeAttribute(null=True)
    kept_by = UnicodeAttribute(null=True)
    version = NumberAttribute()
    created_at = UnicodeAttribute()
    updated_at = UnicodeAttribute()
    expires = NumberAttribute(null=True)  # of a deleted one, which is empty and in the way of late writes for a day


class AddressUseItem(AccountsTable):
    """An attendee record that has an address: whoever erases the address finds the records of all keepers by it."""

    kept_by = UnicodeAttribute(null=True)  # None: a guest's, whose address an account has taken over


class ErasureItem(AccountsTable):
    """An account that is gone, as long as something is left of it: what has to be looked for."""

    email = UnicodeAttribute()
    teams = UnicodeAttribute(null=True)  # that it was in, `scope=member`, with spaces between
    mailboxes = UnicodeAttribute(null=True)  # keyed digests of the address, with spaces between
    taken_at = UnicodeAttribute()
    expires = NumberAttribute()


class UsesItem(AccountsTable):
    """Where a kept record was enrolled, written with each enrolment: who deletes the record must know of all."""

    number = NumberAttribute()  # of enrolments
    partitions = UnicodeSetAttribute()  # of their rows


class KeptItem(AccountsTable):
    """One row of the list of somebody's kept records: all of it, so that a page is one query."""

    card = UnicodeAttribute()
    words = UnicodeAttribute()  # of the name, each after a space, for filtering
    version = NumberAttribute()


class CodedItem(AccountsTable):
    """What waits for a code, which is in the mail only."""

    email = UnicodeAttribute()
    created_at = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    request_id = UnicodeAttribute()  # the newest request for a code
    armed = NumberAttribute()  # the claim of the intent that set the code
    code_mac = UnicodeAttribute()
    code_expires_at = UnicodeAttribute()
    attempts = NumberAttribute()
    last_guess = UnicodeAttribute()
    expires = NumberAttribute()  # TTL cleans; `expires_at` decides


class AddressChangeItem(CodedItem):
    """The address that an account wants to have, and has not proven yet."""

    revocations = NumberAttribute()


class FormerAddressItem(AccountsTable):
    """The address that an account had, until it was told there: the mail that is due names none."""

    email = UnicodeAttribute()
    expires = NumberAttribute()


class SignUpItem(CodedItem):
    """One sign-up that waits for the proof of its address, beside the others of it."""

    username = UnicodeAttribute(null=True)
    first_name = UnicodeAttribute()
    last_name = UnicodeAttribute()
    roles = UnicodeAttribute()
    locale = UnicodeAttribute()
    password_hash = UnicodeAttribute()
    network = UnicodeAttribute()


class SignUpAddressItem(AccountsTable):
    """Which address a sign-up is of: the mail that is due names the sign-up and no address."""

    email = UnicodeAttribute()
    expires = NumberAttribute()


class PublicProfileItem(AccountsTable):
    """What an organizer tells everybody of themselves; the name stands in the account, whose copies it has."""

    text = UnicodeAttribute(null=True)
    link = UnicodeAttribute(null=True)


class FeedItem(AccountsTable):
    """How often somebody has renewed the address of their calendar."""

    n = NumberAttribute()


class AccountExistsItem(AccountsTable):
    """When a notice was last queued to somebody, so that strangers cannot make us send many."""

    sent_at = UnicodeAttribute()
    expires = NumberAttribute()


class CredentialItem(AccountsTable):
    """What every credential of an account has: copies of the account, and its end."""

    roles = UnicodeAttribute()
    email_verified = BooleanAttribute()
    name = UnicodeAttribute()
    created_at = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    version = NumberAttribute()
    expires = NumberAttribute()  # TTL cleans; `expires_at` decides


class SessionItem(CredentialItem):
    current = UnicodeAttribute()
    previous = UnicodeAttribute()
    rotated_at = UnicodeAttribute()
    network = UnicodeAttribute(null=True)
    teams = UnicodeAttribute(null=True)  # as the account has them


class ApiKeyItem(CredentialItem):
    """An API key, by the hash of its text; nobody can make the text from it."""

    label = UnicodeAttribute()
    scope = UnicodeAttribute()
    event_id = UnicodeAttribute(null=True)
    digest = UnicodeAttribute()
    last_used_at = UnicodeAttribute(null=True)


class TeamItem(AccountsTable):
    """The people of one event, or of all events of one owner."""

    owner = UnicodeAttribute()
    version = NumberAttribute()
    members = UnicodeAttribute()  # as JSON, without an address


class TeamInvitationItem(AccountsTable):
    """To whom an invitation is, while it is open."""

    email = UnicodeAttribute()
    owner = UnicodeAttribute()
    event = UnicodeAttribute(null=True)
    expires_at = UnicodeAttribute()
    expires = NumberAttribute()  # TTL cleans; `expires_at` decides


class AnswerItem(AccountsTable):
    """The first answer to an `Idempotency-Key`."""

    body_digest = UnicodeAttribute()
    status = NumberAttribute()
    body = UnicodeAttribute()
    headers = UnicodeAttribute()
    expires_at = UnicodeAttribute()
    expires = NumberAttribute()


class MailboxItem(AccountsTable):
    """What is known of an address, by a keyed digest of it. Each value is a stamp and what is true since then."""

    suppressed = UnicodeAttribute(null=True)
    reminders = UnicodeAttribute(null=True)  # categories of mail: whether they were unsubscribed from
    follow_ups = UnicodeAttribute(null=True)
    messages = UnicodeAttribute(null=True)
    by_others = UnicodeAttribute(null=True)


class AdminsItem(AccountsTable):
    """Who is an admin and not disabled; no attribute where nobody is."""

    ids = UnicodeSetAttribute(null=True)


class ListedAccountItem(AccountsTable):
    """One account in the list of all: its key says everything."""


class ActItem(AccountsTable):
    """What an admin did: ids and words of closed lists only."""

    admin = UnicodeAttribute()
    kind = UnicodeAttribute(attr_name="what")
    about = UnicodeAttribute()
    request_id = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    reference = UnicodeAttribute(null=True)
    expires = NumberAttribute()


class FailuresItem(AccountsTable):
    """How often somebody failed in a row, and until when they have to wait."""

    failures = NumberAttribute()
    until = NumberAttribute()
    mark = UnicodeAttribute()  # the last attempt that was counted
    expires = NumberAttribute()


class LedgerItem(AccountsTable):
    """The mails that others caused to one mailbox within a day: when, which and by whom, as digests."""

    sent = UnicodeAttribute()
    expires = NumberAttribute()


class LimitItem(AccountsTable):
    """How far a limit is used up: the time, in milliseconds, when nothing of it will be used any more."""

    tat = NumberAttribute()
    mark = UnicodeAttribute()  # the last attempt that was counted
    expires = NumberAttribute()
