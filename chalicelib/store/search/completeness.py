"""The mark that says of which events the index has everything, and in which form."""

from datetime import datetime, timedelta

from chalicelib.services.shared.ports import Clock
from chalicelib.store.dynamo import keys
from chalicelib.store.dynamo.client import Dynamo
from chalicelib.store.dynamo.tables import EventItem

_KEPT = timedelta(minutes=1)  # what is not complete is read in more places until then, and nothing else
FULL_EVENTS, WORDS = 1, 2  # the list of nearly full events has all; words stand by their first five letters as well


def complete_item() -> EventItem:
    return EventItem(*keys.COMPLETE, card="{}", status="complete", version=WORDS)


class DynamoCompleteness:
    def __init__(self, dynamo: Dynamo, clock: Clock) -> None:
        self._dynamo = dynamo
        self._clock = clock
        self._form = 0  # as far as this process knows: it never becomes less
        self._asked_at: datetime | None = None

    def reaches(self, form: int) -> bool:
        """Whether the index of all events is complete in a form; half a read unit until it is."""
        if self._form < form:
            found = self._dynamo.get(EventItem, keys.COMPLETE)
            self._form = int(found.version) if found else 0
        return self._form >= form

    def has_words(self) -> bool:
        """The same for searches, which ask for each list: as of a minute ago at most, while it is not."""
        now = self._clock()
        if self._form < WORDS and (self._asked_at is None or self._asked_at + _KEPT <= now):
            self._asked_at = now
            self.reaches(WORDS)
        return self._form >= WORDS

    def complete(self) -> None:
        """From now on it is, in the form of this version."""
        self._dynamo.retries.run(lambda: self._dynamo.put(complete_item()))
