"""The records that people keep of others."""

from chalicelib.container import Container
from chalicelib.services.attendees.records import Attendees


class AttendeeCases:
    def __init__(self, container: Container) -> None:
        store = container.store
        self.records = Attendees(store.attendees, store.enrollments, store.events, container.clock, container.new_id)
