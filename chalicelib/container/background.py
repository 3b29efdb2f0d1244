"""Building what the queues and the schedule run."""

import functools
from collections.abc import Sequence
from typing import TYPE_CHECKING

from chalicelib import observability
from chalicelib.container.events import EventCases

if TYPE_CHECKING:
    from chalicelib.services.background.jobs import Jobs
    from chalicelib.services.background.sweeper import Sweeping
    from chalicelib.services.events.cache import RecentEvents
    from chalicelib.services.notifications.deliver import Delivering
    from chalicelib.services.notifications.fan_out import FanOut
    from chalicelib.services.notifications.mail_kind import Writer


class BackgroundCases(EventCases):
    @functools.cached_property
    def delivering(self) -> "Delivering":
        from chalicelib.services.notifications.deliver import Delivering, DeliveryPorts
        from chalicelib.services.notifications.send import Posting

        return Delivering(
            DeliveryPorts(
                outbox=self.outbox,
                writers=self.mail_writers,
                renderer=self.renderer,
                post=Posting(mailer=self.mailer, mailboxes=self.mailboxes, breaker=self.breaker, rng=self.rng),
                clock=self.clock,
                new_id=self.new_id,
                report=observability.info,
            )
        )

    @functools.cached_property
    def mail_writers(self) -> "Sequence[Writer]":
        from chalicelib.services.notifications.account_emails import AccountExistsEmails, VerificationEmails
        from chalicelib.services.notifications.announcement_emails import ChangeNoticeEmails, MessageEmails
        from chalicelib.services.notifications.bulk_emails import BulkEmailPorts
        from chalicelib.services.notifications.enrollment_emails import EnrollmentEmailPorts, EnrollmentEmails
        from chalicelib.services.notifications.follow_ups import Following
        from chalicelib.services.notifications.reminder_emails import FollowUpEmails, ReminderEmails

        about_enrollments = EnrollmentEmailPorts(
            enrollments=self.enrollments,
            events=self.events,
            sums=self.sums,
            people=self.people,
            links=self.links,
            calendars=self.calendars,
            following=Following(self.outbox, self.clock, self.pace),
            settle=self.settling.settle,
        )
        in_bulk = BulkEmailPorts(
            enrollments=self.enrollments,
            events=self.recent_events,
            people=self.people,
            links=self.links,
            calendars=self.calendars,
            unsubscribe=self.unsubscribe_links,
        )
        return (
            VerificationEmails(self.accounts, self.accounts, self.macs),
            AccountExistsEmails(self.accounts),
            EnrollmentEmails(about_enrollments),
            ReminderEmails(in_bulk, self.pace),
            FollowUpEmails(in_bulk),
            ChangeNoticeEmails(in_bulk, self.announcements),
            MessageEmails(in_bulk, self.announcements),
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
        from chalicelib.services.background.jobs import Jobs
        from chalicelib.services.background.ports import JobPorts
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
