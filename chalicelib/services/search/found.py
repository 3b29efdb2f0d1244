"""What a scan has brought so far, in reading order."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

from chalicelib.services.events.change import EventView
from chalicelib.services.search.posting_lists import Posting


@dataclass(slots=True)
class Matches:
    """Postings wait for their seats until they are kept or dropped."""

    kept: list[tuple[str, EventView]] = field(default_factory=list)
    pending: deque[Posting] = field(default_factory=deque)
    doubts: set[str] = field(default_factory=set)  # places of those that wait and do not show all that is asked
    passed: int = 0  # matches before the page, where one is asked for by its number
    at: str | None = None  # everything up to here was looked at

    def add(self, posting: Posting, *, in_doubt: bool) -> bool:
        """Whether it is another event: two runs of an index job may have written one, and the newer counts."""
        is_new = not self.pending or self.pending[-1].place != posting.place
        if is_new:
            self.pending.append(posting)
        elif posting.version > self.pending[-1].version:
            self.pending[-1] = posting
        if in_doubt:
            self.doubts.add(posting.place)
        return is_new

    def learn(self, learned: Mapping[str, Posting | None], doubts: set[str]) -> int:
        """Postings as more is known of them, by place, and those of them still in doubt; how many fell out."""
        before, waiting = len(self.pending), self.pending
        self.pending = deque()
        for posting in waiting:
            known = learned.get(posting.place, posting)
            if known is not None:
                self.pending.append(known)
            elif not self.pending:
                self.at = posting.place
        self.doubts.difference_update(learned)
        self.doubts.update(doubts)
        return before - len(self.pending)

    def pass_by(self) -> None:
        """The first that waits was looked at."""
        self.at = self.pending.popleft().place
        self.doubts.discard(self.at)
