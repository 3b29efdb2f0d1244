"""Building what the queues and the schedule run."""

import functools
from typing import TYPE_CHECKING

from chalicelib.container.events import EventCases

if TYPE_CHECKING:
    from chalicelib.services.delivering import Delivering
    from chalicelib.services.jobs import Jobs
    from chalicelib.services.sweeping import Sweeping


class BackgroundCases(EventCases):
    @functools.cached_property
    def delivering(self) -> "Delivering":
        from chalicelib.services.delivering import Delivering, DeliveryPorts
        from chalicelib.services.enrollment_mails import EnrollmentMailPorts

        return Delivering(
            DeliveryPorts(
                due=self.due,
                accounts=self.accounts,
                otps=self.accounts,
                about_enrollments=EnrollmentMailPorts(
                    enrollments=self.enrollments,
                    events=self.events,
                    sums=self.sums,
                    people=self.people,
                    links=self.links,
                    settle=self.settling.settle,
                ),
                macs=self.macs,
                renderer=self.renderer,
                mailer=self.mailer,
                clock=self.clock,
            )
        )

    @functools.cached_property
    def sweeping(self) -> "Sweeping":
        from chalicelib.services.sweeping import Sweeping

        return Sweeping(self.due, self.queue, self.clock)

    @functools.cached_property
    def jobs(self) -> "Jobs":
        from chalicelib.services.jobs import JobPorts, Jobs

        return Jobs(
            JobPorts(
                due=self.due,
                enrollments=self.enrollments,
                events=self.events,
                calendar=self.calendar,
                seats=self.seats,
                accounts=self.accounts,
                queue=self.queue,
                clock=self.clock,
                new_id=self.new_id,
                handing_over=self.handing_over,
                settling=self.settling,
                indexing=self.indexing,
            )
        )
