"""Whether who wrote a message may still be heard: of a disabled account nothing goes out that is under way."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.shared.ports import Clock

AUTHOR = "author"  # in a job and in its mails: the id of an account
FRESH = timedelta(seconds=10)
KEPT = 64


def author_of(entry: OutboxEntry) -> Mapping[str, str]:
    """What a job hands on to its mails; nothing for one that was written before authors were noted."""
    return {name: value for name, value in entry.about.items() if name == AUTHOR}


class MessageAuthors:
    """An account is read once in a while, not for each of the thousand mails of a message."""

    def __init__(self, accounts: Accounts, clock: Clock) -> None:
        self._accounts = accounts
        self._clock = clock
        self._known: dict[str, tuple[datetime, bool]] = {}

    def objection(self, entry: OutboxEntry) -> str | None:
        """Why a message is not sent on, or None."""
        user_id = entry.about.get(AUTHOR)
        return "its author is disabled" if user_id and self._is_disabled(user_id) else None

    def _is_disabled(self, user_id: str) -> bool:
        now, known = self._clock(), self._known.get(user_id)
        if known and known[0] <= now < known[0] + FRESH:
            return known[1]
        if len(self._known) >= KEPT:
            self._known.clear()
        disabled = self._accounts.is_disabled(user_id)
        self._known[user_id] = now, disabled
        return disabled
