"""Building what shows enrollments, and what is done at the door."""

import functools
from typing import TYPE_CHECKING

from chalicelib.container.enrollments import SeatingCases

if TYPE_CHECKING:
    from chalicelib.services.checkin.batch import Scanning
    from chalicelib.services.checkin.check_in import CheckIn
    from chalicelib.services.enrollments.csv_export import Exports
    from chalicelib.services.enrollments.own_list import Rosters
    from chalicelib.services.enrollments.roster import EventRosters


class DeskCases(SeatingCases):
    @functools.cached_property
    def rosters(self) -> "Rosters":
        from chalicelib.services.enrollments.own_list import Rosters

        return Rosters(self.enrollments, self.events, self.people, self.clock)

    @functools.cached_property
    def event_rosters(self) -> "EventRosters":
        from chalicelib.services.enrollments.roster import EventRosters

        return EventRosters(self.enrollments, self.events, self.seats, self.people)

    @functools.cached_property
    def exports(self) -> "Exports":
        from chalicelib.services.enrollments.csv_export import Exports

        return Exports(self.event_rosters)

    @functools.cached_property
    def checking_in(self) -> "CheckIn":
        from chalicelib.services.checkin.check_in import CheckIn

        return CheckIn(self.changer, self.seating, self.tickets, self.sums)

    @functools.cached_property
    def scanning(self) -> "Scanning":
        from chalicelib.services.checkin.batch import Scanning

        return Scanning(self.seating, self.tickets, self.sums)
