"""Building what moves seats."""

import functools
from typing import TYPE_CHECKING

from chalicelib.container.mailboxes import MailboxCases

if TYPE_CHECKING:
    from chalicelib.services.by_link import ByLink
    from chalicelib.services.confirming import Confirming
    from chalicelib.services.editing import Editing
    from chalicelib.services.eligibility import Eligibility
    from chalicelib.services.enrolling import Enrolling
    from chalicelib.services.full_hints import FullHints
    from chalicelib.services.guests import Guests
    from chalicelib.services.handing_over import HandingOver
    from chalicelib.services.leaving import Leaving
    from chalicelib.services.promoting import Promoting
    from chalicelib.services.resending import Resending
    from chalicelib.services.seating import SeatingPorts
    from chalicelib.services.settling import Settling
    from chalicelib.services.sums import Sums
    from chalicelib.services.transferring import Transferring


class SeatingCases(MailboxCases):
    @functools.cached_property
    def sums(self) -> "Sums":
        from chalicelib.services.sums import Sums

        return Sums(self.due, self.seats)

    @functools.cached_property
    def hints(self) -> "FullHints":
        from chalicelib.services.full_hints import FullHints

        return FullHints()

    @functools.cached_property
    def seating(self) -> "SeatingPorts":
        from chalicelib.services.seating import SeatingPorts

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
        from chalicelib.services.enrolling import Enrolling

        return Enrolling(self.seating, self.settling, self.confirming, self.limiter, self.limits)

    @functools.cached_property
    def guests(self) -> "Guests":
        from chalicelib.services.guests import Guests

        return Guests(self.seating, self.settling, self.limiter, self.limits)

    @functools.cached_property
    def handing_over(self) -> "HandingOver":
        from chalicelib.services.handing_over import HandingOver

        return HandingOver(self.seating)

    @functools.cached_property
    def settling(self) -> "Settling":
        from chalicelib.services.settling import Settling

        return Settling(self.seating, self.handing_over)

    @functools.cached_property
    def confirming(self) -> "Confirming":
        from chalicelib.services.confirming import Confirming

        return Confirming(self.seating)

    @functools.cached_property
    def leaving(self) -> "Leaving":
        from chalicelib.services.leaving import Leaving

        return Leaving(self.seating, self.handing_over)

    @functools.cached_property
    def eligibility(self) -> "Eligibility":
        from chalicelib.services.eligibility import Eligibility

        return Eligibility(self.seating)

    @functools.cached_property
    def promoting(self) -> "Promoting":
        from chalicelib.services.promoting import Promoting

        return Promoting(self.seating, self.handing_over, self.settling)

    @functools.cached_property
    def transferring(self) -> "Transferring":
        from chalicelib.services.transferring import Transferring

        return Transferring(self.seating, self.settling, self.limiter, self.limits)

    @functools.cached_property
    def editing(self) -> "Editing":
        from chalicelib.services.editing import Editing

        return Editing(self.seating, self.handing_over, self.settling)

    @functools.cached_property
    def resending(self) -> "Resending":
        from chalicelib.services.resending import Resending

        return Resending(self.seating, self.limiter, self.limits)

    @functools.cached_property
    def by_link(self) -> "ByLink":
        from chalicelib.services.by_link import ByLink

        return ByLink(self.seating, self.settling, self.confirming, self.leaving)
