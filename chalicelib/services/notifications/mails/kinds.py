"""Every kind of mail: one declaration each. A new one is a line here, a folder of templates, texts and a sample."""

from collections.abc import Mapping

from chalicelib.domain.enrollments.enrollment import LIVE, EnrollmentStatus
from chalicelib.domain.notifications.email_preferences import Category
from chalicelib.domain.outbox.entry import OutboxKind
from chalicelib.services.notifications.contexts import (
    CANCEL,
    REQUEST,
    AccessContext,
    AccountContext,
    ChangeContext,
    ClosingContext,
    CodeContext,
    EnrollmentContext,
    FollowUpContext,
    MessageContext,
    MessageTestContext,
    NoticeContext,
    ReminderContext,
    ResetContext,
    TeamInvitationContext,
)
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
from chalicelib.services.notifications.mails.enrollment_emails import EnrollmentEmails
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.notifications.mails.message_tests import MessageTestEmails
from chalicelib.services.notifications.mails.reminder_emails import FollowUpEmails, ReminderEmails
from chalicelib.services.notifications.mails.team_emails import TeamInvitationEmails

_CONFIRMED = frozenset({EnrollmentStatus.CONFIRMED})
_OVER = frozenset({EnrollmentStatus.CANCELLED, EnrollmentStatus.EXPIRED})

_DECLARED = (
    MailKind(kind=OutboxKind.VERIFY_EMAIL, context=CodeContext, writer=VerificationEmails),
    MailKind(kind=OutboxKind.ACCOUNT_EXISTS, context=AccountContext, writer=AccountExistsEmails),
    MailKind(kind=OutboxKind.PASSWORD_RESET, context=ResetContext, writer=ResetEmails),
    MailKind(kind=OutboxKind.VERIFY_NEW_EMAIL, context=CodeContext, writer=NewAddressEmails),
    MailKind(kind=OutboxKind.EMAIL_CHANGED, context=NoticeContext, writer=AddressChangedEmails),
    MailKind(kind=OutboxKind.PASSWORD_CHANGED, context=NoticeContext, writer=AccountNoticeEmails),
    MailKind(kind=OutboxKind.NEW_NETWORK, context=NoticeContext, writer=AccountNoticeEmails),
    MailKind(kind=OutboxKind.API_KEY_MADE, context=NoticeContext, writer=AccountNoticeEmails),
    MailKind(kind=OutboxKind.SECOND_FACTOR_ON, context=NoticeContext, writer=AccountNoticeEmails),
    MailKind(kind=OutboxKind.SECOND_FACTOR_OFF, context=NoticeContext, writer=AccountNoticeEmails),
    MailKind(kind=OutboxKind.LOGIN_STOLEN, context=NoticeContext, writer=AccountNoticeEmails),
    MailKind(kind=OutboxKind.ACCOUNT_CLOSING, context=ClosingContext, writer=ClosingEmails),
    MailKind(kind=OutboxKind.ACCOUNT_KEPT, context=NoticeContext, writer=AccountNoticeEmails),
    MailKind(kind=OutboxKind.ACCOUNT_DISABLED, context=AccessContext, writer=AccessEmails),
    MailKind(kind=OutboxKind.ACCOUNT_ENABLED, context=AccessContext, writer=AccessEmails),
    MailKind(kind=OutboxKind.TEAM_INVITATION, context=TeamInvitationContext, writer=TeamInvitationEmails),
    MailKind(
        kind=OutboxKind.ENROLLMENT_CONFIRMED,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=_CONFIRMED,
        calendar=REQUEST,
        tells_seat=True,
    ),
    MailKind(
        kind=OutboxKind.ENROLLMENT_CANCELLED,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=_OVER,
        calendar=CANCEL,
        after_cancelling=True,
        after_end=True,
    ),
    MailKind(
        kind=OutboxKind.ENROLLMENT_PENDING,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=frozenset({EnrollmentStatus.PENDING}),
    ),
    MailKind(
        kind=OutboxKind.ENROLLMENT_WAITLISTED,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=frozenset({EnrollmentStatus.WAITLISTED}),
    ),
    MailKind(
        kind=OutboxKind.WAITLIST_CLOSED,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=_OVER,
    ),
    MailKind(
        kind=OutboxKind.ENROLLMENT_OFFERED,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=frozenset({EnrollmentStatus.OFFERED}),
    ),
    MailKind(
        kind=OutboxKind.ENROLLMENT_PROMOTED,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=_CONFIRMED,
        calendar=REQUEST,
        tells_seat=True,
    ),
    MailKind(
        kind=OutboxKind.GUEST_LINK,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=frozenset(EnrollmentStatus),  # it says whatever is true
        calendar=REQUEST,
        tells_seat=True,
        before_enrolling=True,
    ),
    MailKind(
        kind=OutboxKind.EVENT_CANCELLED,
        context=EnrollmentContext,
        writer=EnrollmentEmails,
        true_while=_OVER,
        calendar=CANCEL,
        after_cancelling=True,
    ),
    MailKind(
        kind=OutboxKind.EVENT_CHANGED,
        context=ChangeContext,
        writer=ChangeNoticeEmails,
        true_while=LIVE,
        calendar=REQUEST,
        repeatable=True,
    ),
    MailKind(
        kind=OutboxKind.REMINDER,
        context=ReminderContext,
        writer=ReminderEmails,
        true_while=_CONFIRMED,
        category=Category.REMINDERS,
        after_end=True,  # what it reminds of may be the end: it knows by itself when it is missed
    ),
    MailKind(
        kind=OutboxKind.FOLLOW_UP,
        context=FollowUpContext,
        writer=FollowUpEmails,
        true_while=_CONFIRMED,
        category=Category.FOLLOW_UPS,
    ),
    MailKind(
        kind=OutboxKind.ORGANIZER_MESSAGE,
        context=MessageContext,
        writer=MessageEmails,
        true_while=LIVE,
        category=Category.MESSAGES,
        after_end=True,
        repeatable=True,
    ),
    MailKind(kind=OutboxKind.MESSAGE_TEST, context=MessageTestContext, writer=MessageTestEmails),
)
MAIL_KINDS: Mapping[OutboxKind, MailKind] = {mail.kind: mail for mail in _DECLARED}
