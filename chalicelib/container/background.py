"""Building what the queues and the schedule run."""

import functools
from typing import TYPE_CHECKING

from chalicelib import observability
from chalicelib.container.events import EventCases

if TYPE_CHECKING:
    from chalicelib.services.delivering import Delivering
    from chalicelib.services.fan_out import FanOut
    from chalicelib.services.jobs import Jobs
    from chalicelib.services.recent_events import RecentEvents
    from chalicelib.services.sweeping import Sweeping


class BackgroundCases(EventCases):
    @functools.cached_property
    def delivering(self) -> "Delivering":
        from chalicelib.services.announcement_mails import AnnouncementMailPorts, AnnouncementMails
        from chalicelib.services.delivering import Delivering, DeliveryPorts
        from chalicelib.services.enrollment_mails import EnrollmentMailPorts
        from chalicelib.services.following import Following
        from chalicelib.services.posting import Posting
        from chalicelib.services.reminder_mails import ReminderMailPorts, ReminderMails

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
                    calendars=self.calendars,
                    following=Following(self.due, self.clock, self.pace),
                    settle=self.settling.settle,
                ),
                macs=self.macs,
                renderer=self.renderer,
                post=Posting(mailer=self.mailer, mailboxes=self.mailboxes, breaker=self.breaker, rng=self.rng),
                clock=self.clock,
                new_id=self.new_id,
                reminders=ReminderMails(
                    ReminderMailPorts(
                        enrollments=self.enrollments,
                        events=self.recent_events,
                        people=self.people,
                        links=self.links,
                        unsubscribe=self.unsubscribe_links,
                        pace=self.pace,
                    )
                ),
                announcements=AnnouncementMails(
                    AnnouncementMailPorts(
                        announcements=self.announcements,
                        enrollments=self.enrollments,
                        events=self.recent_events,
                        people=self.people,
                        links=self.links,
                        calendars=self.calendars,
                        unsubscribe=self.unsubscribe_links,
                    )
                ),
                report=observability.info,
            )
        )

    @functools.cached_property
    def recent_events(self) -> "RecentEvents":
        from chalicelib.services.recent_events import RecentEvents

        return RecentEvents(self.events, self.clock)

    @functools.cached_property
    def fan_out(self) -> "FanOut":
        from chalicelib.services.fan_out import FanOut

        return FanOut(enrollments=self.enrollments, due=self.due, queue=self.queue, clock=self.clock)

    @functools.cached_property
    def sweeping(self) -> "Sweeping":
        from chalicelib.services.sweeping import Sweeping

        return Sweeping(self.due, self.queue, self.clock)

    @functools.cached_property
    def jobs(self) -> "Jobs":
        from chalicelib.services.jobs import JobPorts, Jobs
        from chalicelib.services.messaging import MessageFanOut
        from chalicelib.services.noticing import Noticing
        from chalicelib.services.reminding import Reminding

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
                noticing=Noticing(
                    events=self.events, announcements=self.announcements, fan_out=self.fan_out, clock=self.clock
                ),
                messages=MessageFanOut(
                    events=self.events, announcements=self.announcements, fan_out=self.fan_out, clock=self.clock
                ),
                reminding=Reminding(events=self.recent_events, fan_out=self.fan_out, clock=self.clock, pace=self.pace),
                report=observability.info,
            )
        )
