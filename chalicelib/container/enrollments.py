"""What is done with enrollments, and what shows them."""

from chalicelib.container import Container
from chalicelib.services.enrollments.changes.cancel import Cancel
from chalicelib.services.enrollments.changes.change import EnrollmentChanger
from chalicelib.services.enrollments.changes.confirm import Confirm
from chalicelib.services.enrollments.changes.edit import Edit
from chalicelib.services.enrollments.changes.promote import Promote
from chalicelib.services.enrollments.changes.resend import Resend
from chalicelib.services.enrollments.changes.transfer import Transfer
from chalicelib.services.enrollments.eligibility import Eligibility
from chalicelib.services.enrollments.enrol import Enrol
from chalicelib.services.enrollments.guests.by_link import ByLink
from chalicelib.services.enrollments.guests.guests import EnrolGuest
from chalicelib.services.enrollments.lists.csv_export import CsvExport
from chalicelib.services.enrollments.lists.own_list import OwnList
from chalicelib.services.enrollments.lists.roster import Roster


class EnrollmentCases:
    def __init__(self, container: Container) -> None:
        store, limiter, limits = container.store, container.limiter, container.limits
        ports, release, settlement = container.seats.ports, container.seats.release, container.seats.settlement
        trail = container.clock, store.audit, container.new_id
        self.changer = EnrollmentChanger(ports, release, settlement)
        self.confirm = Confirm(self.changer, ports)
        self.enrol = Enrol(ports, settlement, self.changer, limiter, limits)
        self.enrol_guest = EnrolGuest(ports, settlement, limiter, limits)
        self.cancel = Cancel(self.changer)
        self.edit = Edit(self.changer, ports, settlement)
        self.promote = Promote(self.changer, ports, release, settlement)
        self.transfer = Transfer(self.changer, ports, settlement, limiter, limits)
        self.resend = Resend(self.changer, limiter, limits)
        self.by_link = ByLink(ports, settlement, self.confirm, self.cancel)
        self.eligibility = Eligibility(ports)
        self.own_list = OwnList(store.enrollments, store.events, store.people, *trail, ports.handles)
        people = store.people, container.clock, container.admin_reads, ports.handles
        self.roster = Roster(store.enrollments, store.events, store.seats, *people)
        self.csv_export = CsvExport(self.roster)
