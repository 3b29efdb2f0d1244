"""Teams of others: what one is invited to, and the teams one is in."""

from urllib.parse import urlsplit

from chalicelib.api.events.query import OwnEventQuery, View, filter_of
from chalicelib.api.events.schemas import OwnEventOut, own_event_out
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import PageOut
from chalicelib.api.http.response import pages, paging
from chalicelib.api.teams.schemas import (
    InvitationOut,
    InvitationsOut,
    MyTeamOut,
    MyTeamsOut,
    invitation_out,
    my_team_out,
    until,
)
from chalicelib.domain import errors
from chalicelib.domain.search.event_order import Ordering
from chalicelib.services.teams.take_part import InvitationView

resource = Resource("memberships")


@resource.get(
    "/me/invitations",
    summary="Teams that one is invited to",
    auth=Auth.USER,
    returns=InvitationsOut,
    description="Open invitations to the address of the account, if that is proven; the oldest first.",
)
def list_my_invitations(call: Call) -> Reply:
    found = call.container.teams.participation.invitations(call.caller)
    return Reply(InvitationsOut(count=len(found), results=[invitation_out(one) for one in found]))


@resource.post(
    "/me/invitations/{member_id}/accept",
    summary="Accept an invitation to a team",
    auth=Auth.USER,
    returns=MyTeamOut,
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.TooManyTeamsError, errors.BusyError),
    description="Only the account that has proven the invited address can; to every other one the invitation does not "
    "exist. One is in the team from the next request on. Repeating it is the same.",
)
def accept_invitation(call: Call, member_id: str) -> Reply:
    return Reply(my_team_out(call.container.teams.participation.accept(call.caller, member_id)))


@resource.post(
    "/me/invitations/{member_id}/decline",
    summary="Decline an invitation to a team",
    auth=Auth.USER,
    status=204,
    raises=(errors.NotFoundError, errors.BusyError),
    description="It is gone then, and the same address can be invited again.",
)
def decline_invitation(call: Call, member_id: str) -> Reply:
    call.container.teams.participation.decline(call.caller, member_id)
    return Reply(status=204)


@resource.get(
    "/me/teams",
    summary="The teams that one is in",
    auth=Auth.USER,
    returns=MyTeamsOut,
    description="Events of others that one works on, and owners all of whose events one works on.",
)
def list_my_teams(call: Call) -> Reply:
    found = call.container.teams.participation.teams(call.caller)
    return Reply(MyTeamsOut(count=len(found), results=[my_team_out(one) for one in found]))


@resource.get(
    "/me/teams/{member_id}/events",
    summary="The events of a team of all events of an owner",
    auth=Auth.USER,
    query=OwnEventQuery,
    returns=PageOut[OwnEventOut],
    raises=(errors.NotFoundError, errors.InvalidCursorError, errors.TooManyToSortError),
    description="As the owner has them in `GET /me/events`, drafts included. Of a team of one event there is no list.",
)
def list_events_of_team(call: Call, member_id: str) -> Reply:
    team = call.container.teams.participation.find(call.caller, member_id)
    if team.event is not None:
        raise errors.NotFoundError
    query: OwnEventQuery = call.query
    wanted, order = filter_of(query, View.MINE, team.owner_id), Ordering(query.ordering)
    finder, now = call.container.search.finder, call.container.clock()
    if query.page is not None:
        page = finder.find_numbered(wanted, order, query.page, query.page_size)
    else:
        page = finder.find(wanted, order, paging.read(call), query.page_size)
    return Reply(paging.page_out(call, page, lambda view: own_event_out(view, now, call.base_url)))


@resource.delete(
    "/me/teams/{member_id}",
    summary="Leave a team",
    auth=Auth.USER,
    status=204,
    raises=(errors.NotFoundError, errors.BusyError),
    description="From the next request on its events are those of others.",
)
def leave_team(call: Call, member_id: str) -> Reply:
    call.container.teams.participation.leave(call.caller, member_id)
    return Reply(status=204)


def _shown(call: Call, token: str, view: InvitationView) -> Reply:
    """A page for browsers, which comes from the mail; JSON for programs."""
    if not call.shows_pages:
        return Reply(invitation_out(view), headers={"Content-Type": "application/json", "Vary": "Accept"})
    language = pages.language_for(call.accept_language)
    context = {
        "state": view.member.state.value,
        "inviter": view.owner,
        "title": view.event.facts.title if view.event else "",
        "role": view.member.role.value,
        "until": until(view),
        "link": f"{urlsplit(call.base_url).path}/team-invitations/{token}",
    }
    return Reply(pages.render("team_invitation.html", context, language), headers=pages.headers(language))


@resource.get(
    "/team-invitations/{token}",
    summary="The page of an invitation's link",
    returns=InvitationOut,
    produces=("text/html", "application/json"),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError,),
    description="Opening it changes nothing. It says who invites to what, and has a button that declines. It accepts "
    "nothing: that takes a login of the invited address.",
)
def show_invitation(call: Call, token: str) -> Reply:
    return _shown(call, token, call.container.teams.participation.by_link(token))


@resource.post(
    "/team-invitations/{token}/decline",
    summary="Decline an invitation by its link",
    any_body=True,
    returns=InvitationOut,
    produces=("text/html", "application/json"),
    refusal_page=pages.refusal,
    raises=(errors.NotFoundError, errors.BusyError),
    description="By whoever has the mail, without a login. The body is not looked at. Afterwards the link is over.",
)
def decline_by_link(call: Call, token: str) -> Reply:
    return _shown(call, token, call.container.teams.participation.decline_by_link(token))
