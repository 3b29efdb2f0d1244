"""The mail sender."""

from chalicelib import observability
from chalicelib.container import Container
from chalicelib.services.notifications.announcement_emails import AnnouncementMailPorts, AnnouncementMails
from chalicelib.services.notifications.deliver import Deliver, DeliveryPorts
from chalicelib.services.notifications.enrollment_emails import EnrollmentMailPorts
from chalicelib.services.notifications.follow_ups import FollowUps
from chalicelib.services.notifications.reminder_emails import ReminderMailPorts, ReminderMails
from chalicelib.services.notifications.send import Sender


def deliver(container: Container) -> Deliver:
    store, seats, notifications = container.store, container.seats, container.notifications
    links, calendars = container.security.links, container.calendars.renderer
    about_enrollments = EnrollmentMailPorts(
        enrollments=store.enrollments,
        events=store.events,
        totals=seats.totals,
        people=store.people,
        links=links,
        calendars=calendars,
        follow_ups=FollowUps(store.outbox, container.clock, container.pace),
        settle=seats.settlement.settle,
    )
    reminders = ReminderMailPorts(
        enrollments=store.enrollments,
        events=notifications.recent_events,
        people=store.people,
        links=links,
        unsubscribe=notifications.unsubscribe_links,
        pace=container.pace,
    )
    announcements = AnnouncementMailPorts(
        announcements=store.announcements,
        enrollments=store.enrollments,
        events=notifications.recent_events,
        people=store.people,
        links=links,
        calendars=calendars,
        unsubscribe=notifications.unsubscribe_links,
    )
    sender = Sender(
        mailer=container.mail.mailer, mailboxes=store.mailboxes, breaker=notifications.breaker, rng=container.rng
    )
    return Deliver(
        DeliveryPorts(
            outbox=store.outbox,
            accounts=store.accounts,
            otps=store.accounts,
            about_enrollments=about_enrollments,
            macs=container.security.macs,
            renderer=container.mail.renderer,
            sender=sender,
            clock=container.clock,
            new_id=container.new_id,
            reminders=ReminderMails(reminders),
            announcements=AnnouncementMails(announcements),
            report=observability.info,
        )
    )
