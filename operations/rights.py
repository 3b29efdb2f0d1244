"""What each command may do on a deployed stage: one row for each, which template, documents and tests are made from.

`devtools/package/operators.py` makes a role of every row, `devtools/operators_docs.py` a section of docs/operators.md,
and a test holds each row against what its command was seen to ask of AWS. A command without a row fails that test.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from chalicelib.domain.seats import COUNTED

TABLES = ("EventsTable", "SeatsTable", "EnrollmentsTable", "DueTable", "AccountsTable")
# Between the prefix of a stage and what tells its restored tables apart. No stage that begins anew may have it in its
# prefix, so that the tables `turnout--b-*` were restored from those of `turnout`, and `turnout-prod-*` from nobody's.
BETWEEN = "--"
RESTORED = "restored/"  # before the name of a table: the one that was put back under a prefix of its own
KEY_RING = "KeyRingParameter"


@dataclass(frozen=True, slots=True, kw_only=True)
class Right:
    """Actions of IAM on things of the template, named by their logical ids.

    `keys` are partition keys (with `*` for any text) and `attributes` names of attributes: a request that names any
    other is denied; empty means any. `when` is a condition of the template: without it there is no such thing.
    """

    actions: tuple[str, ...]
    on: tuple[str, ...]
    keys: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    when: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorsRole:
    """The role of one command: its folder in `operations`, and the logical id that is an output of the stack too."""

    command: str
    called: str  # how it is typed
    name: str
    does: str
    hours: int = 1  # that a session may last: as long as a run through all events, where there is one
    rights: tuple[Right, ...]


def _on(table: str, *actions: str, keys: Sequence[str] = (), attributes: Sequence[str] = ()) -> Right:
    named = tuple(f"dynamodb:{action}" for action in actions)
    return Right(actions=named, on=(table,), keys=tuple(keys), attributes=tuple(attributes))


def _restored(right: Right) -> Right:
    return replace(right, on=tuple(f"{RESTORED}{table}" for table in right.on))


# Every command finds its stage: what it works on are settings of the API function.
FINDING = (
    Right(actions=("cloudformation:DescribeStackResource",), on=("AWS::StackId",)),
    Right(actions=("lambda:GetFunctionConfiguration",), on=("APIHandler",)),
)
# Whoever reads the ring may decrypt it where it has a key of one's own: that follows, and stands in no row.
_READS_KEYS = Right(actions=("ssm:GetParameter",), on=(KEY_RING,))
_ACTS = _on("AccountsTable", "PutItem", keys=["audit"])
_JOBS = "*#j*"  # rows of the outbox that are jobs

_INDEX = ("word#*", "intitle#*", "inplace#*", "is#*", "cell#*")
_NEARLY_FULL = "nearlyfull#*"
_ORDERS = ("list#*", "made#*", "title#*")
# What is told to people lies in the same table, and is none of what goes over events.
_WALKS = (_on("EventsTable", "BatchGetItem", keys=["count#*", "event#*"]), _on("EventsTable", "Query", keys=["list#*"]))

_COUNTERS = ("free", "guest_free", "mode", "n", "capacity", "free_sum", "counts_sum", "as_of", *COUNTED)
_COUNTS_SEATS = (
    _on("SeatsTable", "GetItem", "BatchGetItem", "ConditionCheckItem"),
    _on("SeatsTable", "UpdateItem", attributes=["pk", *_COUNTERS]),
    _on("EnrollmentsTable", "Query"),
)
_WRITES_INDEX = (
    _on("EventsTable", "BatchGetItem", keys=["count#*", "event#*", "indexed#*", *_ORDERS, *_INDEX]),
    _on("EventsTable", "GetItem", keys=["indexed#*", _NEARLY_FULL, "title#*"]),
    _on("EventsTable", "Query", keys=_ORDERS),
    _on("EventsTable", "ConditionCheckItem", keys=["event#*"]),
    _on("EventsTable", "PutItem", keys=["indexed#*", *_ORDERS, *_INDEX, _NEARLY_FULL]),
    _on("EventsTable", "DeleteItem", keys=["title#*", *_INDEX, _NEARLY_FULL]),
    _on("EventsTable", "UpdateItem", keys=["count#*"]),
    _on("SeatsTable", "BatchGetItem"),
    _on("SeatsTable", "UpdateItem", attributes=["pk", "card", "index_version", "few", "free"]),
)

ROLES = (
    OperatorsRole(
        command="admins",
        called="make admin",
        name="AdminsRole",
        does="Makes accounts of the stage admins, and ends that: writes roles, the set of admins and the trail.",
        rights=(
            _on("AccountsTable", "GetItem", keys=["email#*", "admins"]),
            _on("AccountsTable", "Query", "ConditionCheckItem", keys=["user#*"]),
            _on(
                "AccountsTable",
                "UpdateItem",
                keys=["user#*", "admins"],
                attributes=["pk", "sk", "roles", "version", "updated_at", "ids"],
            ),
            _ACTS,
        ),
    ),
    OperatorsRole(
        command="redrive",
        called="make redrive",
        name="RedriveRole",
        does="Has dead letters of the stage tried again: marks letters, writes jobs and the trail, moves messages.",
        rights=(
            _on("DueTable", "BatchGetItem", "Query", keys=["letters"]),
            _on("DueTable", "UpdateItem", keys=["letters"], attributes=["pk", "sk", "redriven_at"]),
            _on("DueTable", "PutItem", keys=[_JOBS]),
            _ACTS,
            Right(
                actions=("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility"),
                on=("MailDeadLetters", "JobsDeadLetters", "FeedbackDeadLetters"),
            ),
            Right(actions=("sqs:SendMessage",), on=("MailQueue", "JobsQueue", "FeedbackQueue")),
        ),
    ),
    OperatorsRole(
        command="restore",
        called="make restore",
        name="RestoreRole",
        does="Restores the tables of the stage under other names; neither reads nor writes an item of its own tables.",
        hours=12,
        rights=(
            Right(
                actions=(
                    "dynamodb:DescribeContinuousBackups",
                    "dynamodb:DescribeTimeToLive",
                    "dynamodb:RestoreTableToPointInTime",
                ),
                on=TABLES,
            ),
            Right(
                actions=(
                    "dynamodb:DescribeTable",
                    "dynamodb:DescribeTimeToLive",
                    "dynamodb:UpdateTimeToLive",
                    "dynamodb:UpdateContinuousBackups",
                    "dynamodb:UpdateTable",
                    "dynamodb:RestoreTableToPointInTime",
                    # DynamoDB fills a table with the rights of whoever restores it.
                    "dynamodb:PutItem",
                    "dynamodb:UpdateItem",
                    "dynamodb:DeleteItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query",
                    "dynamodb:Scan",
                    "dynamodb:BatchWriteItem",
                ),
                on=tuple(f"{RESTORED}{table}" for table in TABLES),
            ),
        ),
    ),
    OperatorsRole(
        command="after_restore",
        called="make after-restore",
        name="AfterRestoreRole",
        does="Makes restored tables good: asks again for erasures, corrects seats, writes the index. Of the stage's own"
        " tables it reads erasures and accounts.",
        hours=12,
        rights=(
            _on("DueTable", "Query", keys=[_JOBS]),
            _on("AccountsTable", "Query", keys=["user#*"]),
            _restored(_on("AccountsTable", "Query", "PutItem", "DeleteItem", keys=["user#*"])),
            _restored(_on("DueTable", "PutItem", keys=[_JOBS])),
            *map(_restored, (*_COUNTS_SEATS, *_WRITES_INDEX)),
            _READS_KEYS,
        ),
    ),
    OperatorsRole(
        command="seat_audit",
        called="make seat-audit",
        name="SeatAuditRole",
        does="Compares the seat counters of events with their enrollments, and corrects the counters.",
        hours=12,
        rights=(*_WALKS, *_COUNTS_SEATS),
    ),
    OperatorsRole(
        command="reindex",
        called="make reindex",
        name="ReindexRole",
        does="Writes the search index and the lists of events anew, or says what is wrong with them.",
        hours=12,
        rights=_WRITES_INDEX,
    ),
    OperatorsRole(
        command="backfill",
        called="make backfill",
        name="BackfillRole",
        does="Writes what is stored in an earlier shape in that of today: enrollments, holds, names in requests, and"
        " the lists in which records and accounts are found.",
        hours=12,
        rights=(
            _on("EventsTable", "BatchGetItem", keys=["count#*"]),
            _on("EventsTable", "Query", keys=["list#*"]),
            _on("EnrollmentsTable", "Query", "GetItem", "PutItem"),
            _on("EnrollmentsTable", "DeleteItem", keys=["*#A*"]),
            _on("AccountsTable", "Query", keys=["kept#*"]),
            _on("AccountsTable", "BatchGetItem", keys=["user#*"]),
            _on("AccountsTable", "GetItem", keys=["accounts", "addressed#*"]),
            _on("AccountsTable", "ConditionCheckItem", keys=["kept#*", "user#*"]),
            _on("AccountsTable", "PutItem", keys=["accounts", "addressed#*"]),
            # Beside an account, of which nothing has these attributes and no others: names in requests.
            _on("AccountsTable", "PutItem", keys=["user#*"], attributes=["pk", "sk", "name", "at", "expires"]),
        ),
    ),
    OperatorsRole(
        command="mailboxes",
        called="make mailboxes",
        name="MailboxesRole",
        does="Shows what is known of an address, and lifts its suppression.",
        rights=(_on("AccountsTable", "BatchGetItem", "UpdateItem", keys=["mailbox#*"]), _READS_KEYS),
    ),
    OperatorsRole(
        command="keys",
        called="make keys",
        name="KeysRole",
        does="Shows and rotates the keys that sign tokens and links: whoever takes it can read them.",
        rights=(
            Right(actions=("ssm:GetParameter", "ssm:GetParameterHistory", "ssm:PutParameter"), on=(KEY_RING,)),
            Right(actions=("kms:Encrypt",), on=("KeyRingKmsKey",), when="HasKeyRingKmsKey"),
        ),
    ),
    OperatorsRole(
        command="function_keys",
        called="make function-keys",
        name="FunctionKeysRole",
        does="Derives the keys of a function from the ring, where the stage names a parameter for them.",
        rights=(
            _READS_KEYS,
            Right(actions=("ssm:PutParameter",), on=("MailKeysParameter",), when="HasMailKeys"),
            Right(actions=("ssm:PutParameter",), on=("FeedbackKeysParameter",), when="HasFeedbackKeys"),
        ),
    ),
)
