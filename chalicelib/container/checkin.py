"""What is done at the door."""

from chalicelib.container import Container
from chalicelib.services.checkin.batch import CheckInBatch
from chalicelib.services.checkin.check_in import CheckIn
from chalicelib.services.checkin.door_keys import DoorKeys
from chalicelib.services.checkin.door_list import DoorList
from chalicelib.services.checkin.seat_back import SeatBack
from chalicelib.services.checkin.walk_in import WalkIn


class CheckInCases:
    def __init__(self, container: Container) -> None:
        people = (container.store.people, container.seats.ports.clock, container.seats.ports.handles)
        self.door_list = DoorList(container.enrollments.roster, *people)
        self.door_keys = DoorKeys(container.accounts.api_keys, container.store.events)
        given = (container.seats.ports, container.security.tickets, container.seats.totals)
        self.check_in = CheckIn(container.enrollments.changer, *given)
        self.walk_in = WalkIn(
            container.seats.ports,
            container.seats.settlement,
            container.seats.totals,
            container.store.answers,
            container.limiter,
            container.limits,
        )
        self.batch = CheckInBatch(*given, SeatBack(container.seats.ports, container.seats.settlement))
