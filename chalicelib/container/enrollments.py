"""Building what moves seats."""

import functools
from typing import TYPE_CHECKING

from chalicelib.container.notifications import MailboxCases

if TYPE_CHECKING:
    from chalicelib.services.enrollments.by_link import ByLink
    from chalicelib.services.enrollments.cancel import Cancel
    from chalicelib.services.enrollments.change import EnrollmentChanger
    from chalicelib.services.enrollments.confirm import Confirm
    from chalicelib.services.enrollments.edit import Edit
    from chalicelib.services.enrollments.eligibility import Eligibility
    from chalicelib.services.enrollments.enrol import Enrolling
    from chalicelib.services.enrollments.guests import Guests
    from chalicelib.services.enrollments.promote import Promote
    from chalicelib.services.enrollments.resend import Resend
    from chalicelib.services.enrollments.transfer import Transfer
    from chalicelib.services.seats.ports import SeatingPorts
    from chalicelib.services.seats.release import HandingOver
    from chalicelib.services.seats.settlement import Settling
    from chalicelib.services.seats.sold_out_cache import FullHints
    from chalicelib.services.seats.totals import Sums


class SeatingCases(MailboxCases):
    @functools.cached_property
    def sums(self) -> "Sums":
        from chalicelib.services.seats.totals import Sums

        return Sums(self.outbox, self.seats)

    @functools.cached_property
    def hints(self) -> "FullHints":
        from chalicelib.services.seats.sold_out_cache import FullHints

        return FullHints()

    @functools.cached_property
    def seating(self) -> "SeatingPorts":
        from chalicelib.services.seats.ports import SeatingPorts

        return SeatingPorts(
            enrollments=self.enrollments,
            events=self.events,
            seats=self.seats,
            accounts=self.accounts,
            people=self.people,
            queue=self.queue,
            clock=self.clock,
            new_id=self.new_id,
            retries=self.retries,
            rng=self.rng,
            hints=self.hints,
        )

    @functools.cached_property
    def enrolling(self) -> "Enrolling":
        from chalicelib.services.enrollments.enrol import Enrolling

        return Enrolling(self.seating, self.settling, self.changer, self.limiter, self.limits)

    @functools.cached_property
    def guests(self) -> "Guests":
        from chalicelib.services.enrollments.guests import Guests

        return Guests(self.seating, self.settling, self.limiter, self.limits)

    @functools.cached_property
    def handing_over(self) -> "HandingOver":
        from chalicelib.services.seats.release import HandingOver

        return HandingOver(self.seating)

    @functools.cached_property
    def settling(self) -> "Settling":
        from chalicelib.services.seats.settlement import Settling

        return Settling(self.seating, self.handing_over)

    @functools.cached_property
    def changer(self) -> "EnrollmentChanger":
        from chalicelib.services.enrollments.change import EnrollmentChanger

        return EnrollmentChanger(self.seating, self.handing_over)

    @functools.cached_property
    def confirming(self) -> "Confirm":
        from chalicelib.services.enrollments.confirm import Confirm

        return Confirm(self.changer)

    @functools.cached_property
    def leaving(self) -> "Cancel":
        from chalicelib.services.enrollments.cancel import Cancel

        return Cancel(self.changer)

    @functools.cached_property
    def eligibility(self) -> "Eligibility":
        from chalicelib.services.enrollments.eligibility import Eligibility

        return Eligibility(self.seating)

    @functools.cached_property
    def promoting(self) -> "Promote":
        from chalicelib.services.enrollments.promote import Promote

        return Promote(self.changer, self.seating, self.handing_over, self.settling)

    @functools.cached_property
    def transferring(self) -> "Transfer":
        from chalicelib.services.enrollments.transfer import Transfer

        return Transfer(self.changer, self.seating, self.settling, self.limiter, self.limits)

    @functools.cached_property
    def editing(self) -> "Edit":
        from chalicelib.services.enrollments.edit import Edit

        return Edit(self.changer, self.seating, self.settling)

    @functools.cached_property
    def resending(self) -> "Resend":
        from chalicelib.services.enrollments.resend import Resend

        return Resend(self.changer, self.limiter, self.limits)

    @functools.cached_property
    def by_link(self) -> "ByLink":
        from chalicelib.services.enrollments.by_link import ByLink

        return ByLink(self.seating, self.settling, self.confirming, self.leaving)
