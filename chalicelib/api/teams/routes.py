"""The team of an event, for its owner."""

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.teams.schemas import READ_ONLY, InvitationIn, RoleIn, TeamMemberOut, TeamOut, member_out
from chalicelib.domain import errors
from chalicelib.domain.accounts.teams import TeamRole
from chalicelib.domain.shared.limits import INVITATION_LIFE, span
from chalicelib.services.teams.organize import InvitationRequest

resource = Resource("teams")
_REFUSALS = (errors.NotFoundError, errors.ForbiddenError)


@resource.get(
    "/events/{event_id}/team",
    summary="The team of an event",
    auth=Auth.USER,
    returns=TeamOut,
    raises=_REFUSALS,
    description="For the owner and managers: members and open invitations, those to all events of the owner included.",
)
def list_team(call: Call, event_id: str) -> Reply:
    found = call.container.teams.of_events.members(call.caller, event_id)
    return Reply(TeamOut(count=len(found), results=[member_out(one) for one in found]))


@resource.post(
    "/events/{event_id}/team",
    summary="Invite somebody to the team of an event",
    auth=Auth.USER,
    body=InvitationIn,
    returns=TeamMemberOut,
    status=201,
    raises=(
        *_REFUSALS,
        errors.EmailNotVerifiedError,
        errors.AlreadyInTeamError,
        errors.TeamFullError,
        errors.TooManyRequestsError,
        errors.BusyError,
    ),
    description=f"By the owner: an invitation is mailed, which is good for {span(INVITATION_LIFE)} and only for the "
    "account that has proven this address (`POST /me/invitations/{member_id}/accept`). The answer is the same whether "
    "there is such an account or not. The same invitation again within ten minutes is answered as it is and mails "
    "nothing; later, or with another role, it takes the place of the one before. Two mails a day to one address.",
)
def invite_to_team(call: Call, event_id: str) -> Reply:
    body: InvitationIn = call.body
    request = InvitationRequest(event_id=event_id, email=body.email, role=body.role, all_events=body.all_events)
    return Reply(member_out(call.container.teams.of_events.invite(call.caller, request)), status=201)


@resource.patch(
    "/events/{event_id}/team/{member_id}",
    summary="Change the role of a member",
    auth=Auth.USER,
    body=RoleIn,
    raw_patch=True,
    returns=TeamMemberOut,
    raises=(*_REFUSALS, errors.BusyError),
    description="By the owner (RFC 7396); of somebody in the team of all events it changes at all of them. In force "
    "at the member's next request. Of an open invitation it changes what is accepted.",
)
def change_role(call: Call, event_id: str, member_id: str) -> Reply:
    def rewrite(present: TeamRole) -> TeamRole:
        sent = {name: value for name, value in call.body.items() if name not in READ_ONLY}
        return parsing.validate_object(RoleIn, parsing.merge(RoleIn, {"role": present.value}, sent)).role

    return Reply(member_out(call.container.teams.of_events.change_role(call.caller, event_id, member_id, rewrite)))


@resource.delete(
    "/events/{event_id}/team/{member_id}",
    summary="Remove somebody from the team, or take an invitation back",
    auth=Auth.USER,
    status=204,
    raises=(*_REFUSALS, errors.BusyError),
    description="By the owner; somebody in the team of all events is removed from all of them. They may do nothing "
    "more from their next request on. No mail says so.",
)
def remove_from_team(call: Call, event_id: str, member_id: str) -> Reply:
    call.container.teams.of_events.remove(call.caller, event_id, member_id)
    return Reply(status=204)
