"""The mail that invites somebody to work on an event. Whose the address is, is looked at here, not by the request."""

from dataclasses import dataclass
from datetime import datetime

from chalicelib.domain.accounts.account import UNNAMED
from chalicelib.domain.accounts.teams import Invitation
from chalicelib.domain.events.event import Event, EventStatus
from chalicelib.domain.outbox.entry import OutboxEntry
from chalicelib.domain.shared.mail_budget import Charge, Line
from chalicelib.domain.shared.times import stamp
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.notifications.contexts import EmailDraft, TeamInvitationContext
from chalicelib.services.notifications.mails.mail_kind import MailKind
from chalicelib.services.notifications.unsubscribe import UnsubscribeLinks
from chalicelib.services.seats.event_store import Events
from chalicelib.services.shared.outcomes import OutdatedError
from chalicelib.services.teams.links import TeamLinks
from chalicelib.services.teams.ports import Teams


@dataclass(frozen=True, slots=True, kw_only=True)
class TeamEmailPorts:
    teams: Teams
    events: Events
    accounts: Accounts
    links: TeamLinks
    unsubscribe: UnsubscribeLinks


class TeamInvitationEmails:
    def __init__(self, ports: TeamEmailPorts) -> None:
        self._ports = ports

    def draft(self, mail: MailKind, entry: OutboxEntry, now: datetime) -> EmailDraft:  # noqa: ARG002 - a `Writer`
        mailbox, member_id = entry.about["mailbox"], entry.recipient_id
        invitation = self._ports.teams.invitation(mailbox, member_id)
        if invitation is None:
            raise OutdatedError("answered, or taken back")
        team = self._ports.teams.read([invitation.team.scope]).get(invitation.team.scope)
        member = team.find(member_id) if team else None
        if member is None or not member.is_open(now) or stamp(member.since) != entry.about["at"]:
            raise OutdatedError("answered, taken back, or sent anew")
        event = self._event(invitation)
        owner = self._ports.accounts.by_ids([invitation.owner_id]).get(invitation.owner_id)
        if owner is None or not owner.is_in_use:
            raise OutdatedError("nobody invites any more")
        charge = Charge(Line.UNASKED, invitation.owner_id)
        context = TeamInvitationContext(
            inviter="" if owner.name == UNNAMED else owner.name,
            role=member.role.value,
            title=event.facts.title if event else "",
            until=invitation.expires_at,
            link=self._ports.links.url(mailbox, member_id),
            not_me_url=self._ports.unsubscribe.not_me_url(charge, invitation.email),
        )
        locale = self._locale(invitation, event)
        return EmailDraft(to=invitation.email, locale=locale, context=context, charge=charge)

    def _event(self, invitation: Invitation) -> Event | None:
        """None: all events of the owner."""
        if invitation.event_id is None:
            return None
        event = self._ports.events.by_ids([invitation.event_id]).get(invitation.event_id)
        if event is None or event.status is EventStatus.DELETED:
            raise OutdatedError("the event is gone")
        return event

    def _locale(self, invitation: Invitation, event: Event | None) -> str:
        """That of whoever has an account there, else the language of the event."""
        user_id = self._ports.accounts.user_id_of(email=invitation.email)
        account = self._ports.accounts.by_ids([user_id]).get(user_id) if user_id else None
        if account is not None and account.email_verified:
            return account.locale
        return (event.facts.language if event else None) or "en"
