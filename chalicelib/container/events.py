"""What organizers do with events."""

from chalicelib.container import Container
from chalicelib.services.events.cancel import Cancellation
from chalicelib.services.events.change import EventPorts
from chalicelib.services.events.publish import EventPublisher


class EventCases:
    def __init__(self, container: Container) -> None:
        store, seats = container.store, container.seats
        self.ports = EventPorts(
            events=store.events,
            seats=store.seats,
            accounts=store.accounts,
            people=store.people,
            handles=container.security.handles,
            macs=container.security.macs,
            queue=container.mail.queue,
            clock=container.clock,
            new_id=container.new_id,
            sold_out=seats.sold_out,
            settlement=seats.settlement,
            pace=container.pace,
        )
        self.publisher = EventPublisher(self.ports)
        self.cancellation = Cancellation(self.ports)
