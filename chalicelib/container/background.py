"""Building what the queues and the schedule run."""

import functools
from typing import TYPE_CHECKING

from chalicelib import observability
from chalicelib.container.events import EventCases

if TYPE_CHECKING:
    from chalicelib.services.background.jobs import Jobs
    from chalicelib.services.background.sweeper import Sweeping
    from chalicelib.services.events.cache import RecentEvents
    from chalicelib.services.notifications.deliver import Delivering
    from chalicelib.services.notifications.fan_out import FanOut


class BackgroundCases(EventCases):
    @functools.cached_property
    def delivering(self) -> "Delivering":
        from chalicelib.services.notifications.announcement_emails import AnnouncementMailPorts, AnnouncementMails
        from chalicelib.services.notifications.deliver import Delivering, DeliveryPorts
        from chalicelib.services.notifications.enrollment_emails import EnrollmentMailPorts
        from chalicelib.services.notifications.follow_ups import Following
        from chalicelib.services.notifications.reminder_emails import ReminderMailPorts, ReminderMails
        from chalicelib.services.notifications.send import Posting

        return Delivering(
            DeliveryPorts(
                outbox=self.outbox,
                accounts=self.accounts,
                otps=self.accounts,
                about_enrollments=EnrollmentMailPorts(
                    enrollments=self.enrollments,
                    events=self.events,
                    sums=self.sums,
                    people=self.people,
                    links=self.links,
                    calendars=self.calendars,
                    following=Following(self.outbox, self.clock, self.pace),
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
        from chalicelib.services.events.cache import RecentEvents

        return RecentEvents(self.events, self.clock)

    @functools.cached_property
    def fan_out(self) -> "FanOut":
        from chalicelib.services.notifications.fan_out import FanOut

        return FanOut(enrollments=self.enrollments, outbox=self.outbox, queue=self.queue, clock=self.clock)

    @functools.cached_property
    def sweeping(self) -> "Sweeping":
        from chalicelib.services.background.sweeper import Sweeping

        return Sweeping(self.outbox, self.queue, self.clock)

    @functools.cached_property
    def jobs(self) -> "Jobs":
        from chalicelib.services.background.jobs import JobPorts, Jobs
        from chalicelib.services.notifications.change_notice_job import Noticing
        from chalicelib.services.notifications.organizer_messages import MessageFanOut
        from chalicelib.services.notifications.reminder_fan_out import Reminding

        return Jobs(
            JobPorts(
                outbox=self.outbox,
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
