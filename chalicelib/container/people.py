"""What is done with many people of an event at once."""

from chalicelib.container import Container
from chalicelib.services.enrollments.sorted_roster import SortedRoster
from chalicelib.services.people.bulk import Bulk
from chalicelib.services.people.import_people import ImportPeople
from chalicelib.services.people.try_import import TryImport


class PeopleCases:
    def __init__(self, container: Container) -> None:
        ports, cases = container.seats.ports, container.enrollments
        self.sorted_roster = SortedRoster(cases.roster)
        self.bulk = Bulk(ports, cases.cancel, cases.resend)
        self.import_people = ImportPeople(ports, cases.enrol)
        self.try_import = TryImport(ports)
