"""The kinds of what an account's owner gets when they ask for everything that is kept about them."""

from enum import StrEnum


class ExportKind(StrEnum):
    """The text is part of the export: it never changes."""

    ACCOUNT = "account"
    SESSION = "session"
    API_KEY = "api_key"
    ADDRESS_CHANGE = "address_change"
    FORMER_ADDRESS = "former_address"
    CALENDAR_FEED = "calendar_feed"
    PUBLIC_PROFILE = "public_profile"
    ASKED_NAME = "asked_name"
    TEAM_INVITATION = "team_invitation"
    OWN_RECORD = "own_record"
    MAILBOX = "mailbox"
    ENROLLMENT = "enrollment"
    ENROLLMENT_OF_OTHERS = "enrollment_of_others"
    KEPT_RECORD = "kept_record"
    EVENT = "event"
    MESSAGE = "message"


EXPORT_FORMAT = 1  # of the shape of the items; a kind or a field more is no other format
