"""The mail sender."""

from collections.abc import Sequence

from chalicelib import observability
from chalicelib.container import Container
from chalicelib.services.notifications.announcements.authors import MessageAuthors
from chalicelib.services.notifications.delivery.deliver import Deliver, DeliveryPorts
from chalicelib.services.notifications.delivery.send import Sender
from chalicelib.services.notifications.follow_ups import FollowUps
from chalicelib.services.notifications.mails.account_emails import (
    AccessEmails,
    AccountExistsEmails,
    AccountNoticeEmails,
    ClosingEmails,
    ResetEmails,
    VerificationEmails,
)
from chalicelib.services.notifications.mails.address_emails import AddressChangedEmails, NewAddressEmails
from chalicelib.services.notifications.mails.announcement_emails import ChangeNoticeEmails, MessageEmails
from chalicelib.services.notifications.mails.bulk_emails import BulkEmailPorts
from chalicelib.services.notifications.mails.enrollment_emails import EnrollmentEmailPorts, EnrollmentEmails
from chalicelib.services.notifications.mails.mail_budgets import MailBudgets
from chalicelib.services.notifications.mails.mail_kind import Writer
from chalicelib.services.notifications.mails.message_tests import MessageTestEmails
from chalicelib.services.notifications.mails.reminder_emails import FollowUpEmails, ReminderEmails
from chalicelib.services.notifications.mails.team_emails import TeamEmailPorts, TeamInvitationEmails


def deliver(container: Container) -> Deliver:
    store, notifications = container.store, container.notifications
    sender = Sender(
        mailer=container.mail.mailer,
        mailboxes=store.mailboxes,
        budgets=MailBudgets(store.mail_ledgers, container.limits),
        breaker=notifications.breaker,
        rng=container.rng,
    )
    return Deliver(
        DeliveryPorts(
            outbox=store.outbox,
            writers=writers(container),
            renderer=container.mail.renderer,
            sender=sender,
            clock=container.clock,
            new_id=container.new_id,
            report=observability.info,
        )
    )


def writers(container: Container) -> Sequence[Writer]:
    """One of each class that a kind of mail names (`services/notifications/mails/kinds.py`)."""
    store, in_bulk = container.store, _in_bulk(container)
    return (
        *_about_accounts(container),
        EnrollmentEmails(_about_enrollments(container)),
        ReminderEmails(in_bulk, container.pace),
        FollowUpEmails(in_bulk),
        ChangeNoticeEmails(in_bulk, store.announcements),
        MessageEmails(in_bulk, store.announcements, MessageAuthors(store.accounts, container.clock)),
        MessageTestEmails(
            accounts=store.accounts,
            events=store.events,
            announcements=store.announcements,
            pages_at=container.settings.api_at,
        ),
    )


def _about_accounts(container: Container) -> Sequence[Writer]:
    store, macs, queue, new_id = container.store, container.security.macs, container.mail.queue, container.new_id
    return (
        VerificationEmails(store.accounts, store.sign_ups, macs, queue, new_id),
        AccountExistsEmails(store.accounts),
        AccountNoticeEmails(store.accounts),
        ClosingEmails(store.accounts),
        AccessEmails(store.accounts),
        NewAddressEmails(store.accounts, store.address_changes, macs, queue, new_id),
        AddressChangedEmails(store.accounts, store.address_changes),
        ResetEmails(store.accounts, macs),
        TeamInvitationEmails(
            TeamEmailPorts(
                teams=store.teams,
                events=store.events,
                accounts=store.accounts,
                links=container.security.team_links,
                unsubscribe=container.notifications.unsubscribe_links,
            )
        ),
    )


def _about_enrollments(container: Container) -> EnrollmentEmailPorts:
    store, seats = container.store, container.seats
    return EnrollmentEmailPorts(
        enrollments=store.enrollments,
        events=store.events,
        totals=seats.totals,
        nearly_full=seats.nearly_full,
        audits=seats.audits,
        people=store.people,
        links=container.security.links,
        calendars=container.calendars.renderer,
        follow_ups=FollowUps(store.outbox, container.clock, container.pace),
        unsubscribe=container.notifications.unsubscribe_links,
        settle=seats.settlement.settle,
        end_if_in_vain=seats.settlement.end_if_in_vain,
    )


def _in_bulk(container: Container) -> BulkEmailPorts:
    store, notifications = container.store, container.notifications
    return BulkEmailPorts(
        enrollments=store.enrollments,
        events=notifications.recent_events,
        people=store.people,
        links=container.security.links,
        calendars=container.calendars.renderer,
        unsubscribe=notifications.unsubscribe_links,
    )
