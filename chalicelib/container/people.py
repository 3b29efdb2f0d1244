"""What is done with many people of an event at once."""

from chalicelib.container import Container
from chalicelib.services.enrollments.lists.sorted_roster import SortedRoster
from chalicelib.services.people.activity import ActivityPorts, EventActivity
from chalicelib.services.people.bulk import Bulk
from chalicelib.services.people.figures import EventFigures
from chalicelib.services.people.import_people import ImportPeople
from chalicelib.services.people.try_import import TryImport
from chalicelib.services.teams.names import TeamNames


class PeopleCases:
    def __init__(self, container: Container) -> None:
        ports, cases = container.seats.ports, container.enrollments
        self.sorted_roster = SortedRoster(cases.roster)
        self.bulk = Bulk(ports, cases.cancel, cases.resend)
        self.import_people = ImportPeople(ports, cases.enrol)
        self.try_import = TryImport(ports)
        store = container.store
        self.activity = EventActivity(
            ActivityPorts(
                events=store.events,
                activity=store.activity,
                enrollments=store.enrollments,
                people=store.people,
                names=TeamNames(store.teams, store.accounts),
                admin_reads=container.admin_reads,
                handles=container.security.handles,
                clock=container.clock,
            )
        )
        self.figures = EventFigures(store.events, store.activity, container.clock)
