"""What is done at the door."""

from chalicelib.container import Container
from chalicelib.services.checkin.batch import CheckInBatch
from chalicelib.services.checkin.check_in import CheckIn


class CheckInCases:
    def __init__(self, container: Container) -> None:
        given = (container.seats.ports, container.security.tickets, container.seats.totals)
        self.check_in = CheckIn(container.enrollments.changer, *given)
        self.batch = CheckInBatch(*given)
