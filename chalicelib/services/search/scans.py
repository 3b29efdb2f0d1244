"""Scans: postings in one order from a place on, of all buckets of an order or of what was collected and sorted."""

from collections.abc import Sequence
from typing import Protocol

from chalicelib.domain.events.event import EventStatus
from chalicelib.domain.search.event_order import TITLE_END, Ordering
from chalicelib.domain.search.filters import LAST, ListKind, ListName
from chalicelib.domain.search.words import title_bucket
from chalicelib.services.events.ports import BucketCounts
from chalicelib.services.search.posting_lists import (
    ListRange,
    ListSlice,
    PlaceRange,
    Posting,
    PostingList,
    PostingReader,
)

_AT_ONCE = 24  # buckets in one round
_MONTH = 7


class Scan(Protocol):
    """Postings in reading order. Everything up to `position` was handed out; `ended` when nothing lies beyond."""

    position: str | None
    ended: bool
    lists_behind: frozenset[ListName]  # the lists that have all of its postings

    @property
    def looked(self) -> int:
        """Postings that were read for those handed out, of the list of which most were."""

    def next(self, number: int) -> list[Posting]:
        """About so many postings more; none where they fit nothing or the reader affords no more."""


def _bucket_at(place: str, kind: ListKind) -> str:
    return title_bucket(place.split(TITLE_END, maxsplit=1)[0]) if kind is ListKind.TITLES else place[:_MONTH]


class OrderScan:
    """All events of an order, bucket after bucket; the counts say which there are."""

    def __init__(
        self, reader: PostingReader, kind: ListKind, statuses: Sequence[EventStatus], places: PlaceRange
    ) -> None:
        self._reader = reader
        self._kind = kind
        self._statuses = statuses
        self._start = self._places = places
        self.position: str | None = None
        self.ended = False
        self.looked = 0
        self.lists_behind: frozenset[ListName] = frozenset()
        self._read: set[str] = set()
        self._left: list[str] = []

    def restart(self, counts: BucketCounts) -> None:
        """Scan the buckets that the counts name, from the start."""
        self._counts = counts
        self._left = sorted(self._buckets_of(counts), reverse=not self._places.forward)
        self._places = self._start
        self._read = set()
        self.position = None
        self.looked = 0
        self.ended = not self._left

    def has_missed(self, counts: BucketCounts) -> bool:
        """Whether a bucket that has events now lies where this scan has been and was not read."""
        buckets = self._buckets_of(counts)
        if not self.ended and self.position is not None:
            here = _bucket_at(self.position, self._kind)
            buckets = {bucket for bucket in buckets if (bucket <= here if self._places.forward else bucket >= here)}
        elif not self.ended:
            return False
        return not buckets <= self._read

    def _buckets_of(self, counts: BucketCounts) -> set[str]:
        """Those that have events and lie between the bounds."""
        low = _bucket_at(self._start.above, self._kind) if self._start.above else ""
        high = _bucket_at(self._start.below, self._kind) if self._start.below else LAST
        return {bucket for of_status in counts.values() for bucket in of_status.months() if low <= bucket <= high}

    def next(self, number: int) -> list[Posting]:
        found: list[Posting] = []
        while len(found) < number and not self.ended:
            most = min(number - len(found), self._reader.affords())
            if most <= 0:
                break
            found += self._read_round(most)
        return found

    def _read_round(self, number: int) -> list[Posting]:
        """One bucket that is begun, or as many as hold what is missing."""
        buckets = self._next_buckets(number)
        ranges = []
        for bucket in buckets:
            lists = [PostingList(self._kind, bucket, status) for status in self._statuses]
            ranges += [ListRange(posting_list, self._places, max(1, number)) for posting_list in lists]
            number -= self._count(bucket) if len(self._statuses) == 1 else 0
        slices = self._reader.read(ranges)
        found: list[Posting] = []
        each = len(self._statuses)
        for index, bucket in enumerate(buckets):
            postings, reach = merged(slices[index * each : (index + 1) * each], forward=self._places.forward)
            found += postings
            self._read.add(bucket)
            self.position = reach or (postings[-1].place if postings else self.position)
            if reach is not None:
                break
            self._left.remove(bucket)
        if self.position is None:
            self._reader.rounds += 1  # nothing is left of the bucket that was begun: no way forward yet
        self._places = self._places.beyond(self.position)
        self.ended = not self._left
        self.looked += len(found)
        return found

    def _next_buckets(self, number: int) -> list[str]:
        first = self._left[0]
        begun = self._places.above if self._places.forward else self._places.below
        if begun is not None and _bucket_at(begun, self._kind) == first:
            return [first]
        buckets, sure = [], 0
        for bucket in self._left[:_AT_ONCE]:
            buckets.append(bucket)
            sure += self._count(bucket)
            if sure >= number:
                break
        return buckets

    def _count(self, bucket: str) -> int:
        return sum(self._counts[status].by_month.get(bucket, 0) for status in self._statuses)


def merged(slices: Sequence[ListSlice], *, forward: bool) -> tuple[list[Posting], str | None]:
    """Postings of several lists as one, and up to where that is all there is (None: to the end)."""
    if len(slices) == 1:
        [read] = slices
        return list(read.postings), read.postings[-1].place if read.more and read.postings else None
    postings = [posting for read in slices for posting in read.postings]
    postings.sort(key=lambda posting: posting.place, reverse=not forward)
    ends = [read.postings[-1].place for read in slices if read.more and read.postings]
    if not ends:
        return postings, None
    reach = min(ends) if forward else max(ends)
    return [posting for posting in postings if (posting.place <= reach if forward else posting.place >= reach)], reach


def as_one(slices: Sequence[ListSlice], places: PlaceRange) -> ListSlice:
    """Parts of one list in their common order, as far as all of them were read."""
    if len(slices) == 1:
        return slices[0]
    postings, reach = merged(slices, forward=places.forward)
    return ListSlice(
        postings,
        more=reach is not None,
        units=sum(read.units for read in slices),
        largest=max((read.largest for read in slices), default=0.0),
    )


class SortedScan:
    """Postings that are all in memory, in the order of their new places."""

    def __init__(
        self, postings: Sequence[Posting], order: Ordering, places: PlaceRange, lists_behind: frozenset[ListName]
    ) -> None:
        moved = [posting.at(posting.place_in(order)) for posting in postings]
        moved.sort(key=lambda posting: posting.place, reverse=not places.forward)
        self._left = [posting for posting in moved if places.includes(posting.place)]
        self.lists_behind = lists_behind
        self.position: str | None = None
        self.looked = 0
        self.ended = not self._left

    def next(self, number: int) -> list[Posting]:
        postings, self._left = self._left[:number], self._left[number:]
        self.position = postings[-1].place if postings else self.position
        self.looked += len(postings)
        self.ended = not self._left
        return postings
