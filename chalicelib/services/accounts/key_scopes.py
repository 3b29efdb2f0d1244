"""What an API key may do: every route declares one of these uses, and is closed to keys unless it does."""

from enum import Enum

from chalicelib.domain.accounts.account import KeyScope


class KeyUse(Enum):
    """What a route is to whoever calls it with a key: the scopes that reach it.

    Which event, enrollment or record it is about, decide the tables of access, as for every caller.
    """

    scopes: tuple[KeyScope, ...]  # those that are enough, the narrowest first

    NONE = ()  # about the account itself, or for whoever has a login: a key is never enough
    LOOK = (KeyScope.READ, KeyScope.WRITE)  # changes nothing
    CHANGE = (KeyScope.WRITE,)
    LOOK_AT_DOOR = (KeyScope.READ, KeyScope.CHECK_IN, KeyScope.WRITE)
    WORK_AT_DOOR = (KeyScope.CHECK_IN, KeyScope.WRITE)

    def __init__(self, *scopes: KeyScope) -> None:
        self.scopes = scopes
