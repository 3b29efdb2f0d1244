"""Who of a party has come, as scans tell it that may arrive late, twice and in any order.

What counts is when something happened, never when it was handed in: whoever is told the same things in another order
knows the same in the end.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from chalicelib.domain.shared.limits import MAX_PARTY, MAX_SCANS_AHEAD

_NEXT = timedelta(milliseconds=1)  # the precision that is stored


@dataclass(frozen=True, slots=True)
class Arrival:
    """One scan that let people in; without `people` it was the whole party.

    `party`: so many were the party, and all who are here, when it grew for the first time after this.
    """

    at: datetime
    people: int | None = None
    party: int | None = field(default=None, compare=False)  # the same scan is the same, whatever became of the party


@dataclass(frozen=True, slots=True)
class Presence:
    """The arrivals that no later undo has taken back, in the order of their times, and the latest undo.

    `corrected` has scans of clocks that were ahead: what they said, and the time that they were taken for, so that
    the same scan means the same when it is handed in again. Nothing is forgotten of it but what the latest undo makes
    void: when it is full (`has_room_ahead`), a scan has to wait for the time that it says.
    """

    arrivals: tuple[Arrival, ...] = ()
    undone_at: datetime | None = None
    corrected: tuple[tuple[datetime, datetime], ...] = ()

    @property
    def since(self) -> datetime | None:
        """When the first of those who are here came."""
        return self.arrivals[0].at if self.arrivals else None

    def people(self, party: int) -> int:
        """How many of a party are here."""
        whole = [arrival for arrival in self.arrivals if arrival.people is None]
        if any(arrival.party is None for arrival in whole):
            return party
        parts = [one for one in self.arrivals if one.people is not None and not (whole and one.at <= whole[0].at)]
        here = max([0, *(one.party or 0 for one in whole)])
        for one in sorted(parts, key=lambda one: one.party or party):
            here = min(here + (one.people or 0), max(here, one.party or party))
        return min(party, here)

    def is_known(self, arrival: Arrival) -> bool:
        """Whether it has been told before, be it of a party that was as large then as so many people."""
        return any(
            one.at == arrival.at and arrival.people in {one.people, one.party if one.people is None else one.people}
            for one in self.arrivals
        )

    def tells(self, arrival: Arrival) -> bool:
        """Whether it changes nothing, however large the party was: it is known, void, or of all who came then."""
        whole_came = any(one.at == arrival.at and one.people is None for one in self.arrivals)
        return whole_came or self.is_known(arrival) or self.is_void(arrival.at)

    def is_void(self, at: datetime) -> bool:
        """Whether an arrival at this time was taken back later."""
        return self.undone_at is not None and self.undone_at >= at

    def came(self, arrival: Arrival) -> "Presence":
        if self.is_void(arrival.at) or self.is_known(arrival):
            return self
        return replace(self, arrivals=_kept((*self.arrivals, arrival)))

    def grown(self, party: int) -> "Presence":
        """After a party of so many has become larger: nobody of those who are new is here.

        Who came whole until now did not bring them, and of a part that is more than the party was no more are here.
        """
        too_many = sum(one.people or 0 for one in self.arrivals) > party
        sized = (
            replace(one, party=party) if one.party is None and (one.people is None or too_many) else one
            for one in self.arrivals
        )
        return replace(self, arrivals=tuple(sized))

    def taken_back(self, at: datetime) -> "Presence":
        """Without everybody who came until then; remembered for those of whom nobody has heard yet."""
        if self.is_void(at):
            return self
        later = tuple(arrival for arrival in self.arrivals if arrival.at > at)
        return Presence(later, at, tuple(pair for pair in self.corrected if pair[0] > at))

    # Times

    def meant(self, stated: datetime) -> datetime | None:
        """What a time was taken for when it was stated before by a clock that was ahead."""
        return next((at for time, at in self.corrected if time == stated), None)

    def correcting(self, stated: datetime, at: datetime) -> "Presence":
        """Remembers that a clock was ahead, unless what it says is void. There must be room (`has_room_ahead`)."""
        return self if self.is_void(stated) else replace(self, corrected=(*self.corrected, (stated, at)))

    @property
    def has_room_ahead(self) -> bool:
        return len(self.corrected) < MAX_SCANS_AHEAD

    def next_arrival(self, now: datetime) -> datetime:
        """The time of an arrival in this moment: after everything that is known, whoever's clock said so."""
        known = [self.undone_at, *(arrival.at for arrival in self.arrivals)]
        return max([now, *(at + _NEXT for at in known if at is not None)])

    def next_undo(self, now: datetime) -> datetime:
        """The time of an undo in this moment: not before anybody who has come."""
        return max([now, *(arrival.at for arrival in self.arrivals)])


def _kept(arrivals: tuple[Arrival, ...]) -> tuple[Arrival, ...]:
    """In their order. Of the scans of a whole party the first and the last one tell everything.

    Twenty scans of a part each are the largest party: more of them change nothing.
    """
    ordered = sorted(arrivals, key=lambda arrival: arrival.at)
    whole = [arrival for arrival in ordered if arrival.people is None]
    parts = [arrival for arrival in ordered if arrival.people is not None][-MAX_PARTY:]
    kept = {*whole[:1], *whole[-1:], *parts}
    return tuple(arrival for arrival in ordered if arrival in kept)
