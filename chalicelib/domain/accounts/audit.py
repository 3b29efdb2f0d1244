"""What admins did: one entry an act, of ids only, that nobody changes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

OPERATOR = "operator"  # who acts by a command, with credentials of the cloud and no account


class ActKind(StrEnum):
    """What was done. The values are stored: they never change."""

    GRANT_ADMIN = "grant_admin"
    REVOKE_ADMIN = "revoke_admin"
    DISABLE_ACCOUNT = "disable_account"
    ENABLE_ACCOUNT = "enable_account"
    REMOVE_SECOND_FACTOR = "remove_second_factor"
    SEE_ACCOUNTS = "see_accounts"
    REDRIVE_LETTER = "redrive_letter"
    EDIT_EVENT = "edit_event"
    PUBLISH_EVENT = "publish_event"
    CANCEL_EVENT = "cancel_event"
    DELETE_EVENT = "delete_event"
    SEE_PEOPLE = "see_people"  # of an event, with their addresses
    SEE_MESSAGES = "see_messages"  # what the people of an event were told
    SEE_ACTIVITY = "see_activity"  # what happened to an event and its people, with their names
    WRITE_TO_PEOPLE = "write_to_people"
    ENROL = "enrol"
    CONFIRM_ENROLLMENT = "confirm_enrollment"
    CANCEL_ENROLLMENT = "cancel_enrollment"
    EDIT_ENROLLMENT = "edit_enrollment"
    CHECK_IN_ENROLLMENT = "check_in_enrollment"  # and taking it back
    PROMOTE_ENROLLMENT = "promote_enrollment"
    TRANSFER_ENROLLMENT = "transfer_enrollment"
    RESEND_ENROLLMENT = "resend_enrollment"


class Reason(StrEnum):
    """Why an account was disabled or enabled: a closed list, so that nobody writes of a person there."""

    ABUSE = "abuse"
    SPAM = "spam"
    FRAUD = "fraud"
    COMPROMISED = "compromised"  # somebody else may be in it
    REQUESTED = "requested"  # by its owner
    MISTAKE = "mistake"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """One entry of the trail, written in the transaction of what it tells of."""

    id: str  # a ULID
    at: datetime
    admin_id: str  # of an account, or `OPERATOR`
    kind: ActKind
    about: str  # the id of the account, event, enrollment or letter; empty: of many
    request_id: str = ""
    reason: Reason | None = None
    reference: str = ""  # what the case is called elsewhere
