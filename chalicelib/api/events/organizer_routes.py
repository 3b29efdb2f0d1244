"""Organizers: what they tell everybody of themselves."""

from chalicelib.api.events.organizer_schemas import (
    OrganizerProfileIn,
    OrganizerProfileOut,
    document_of,
    organizer_out,
)
from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import PublicProfile
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.search.organizers import Organizer

resource = Resource("organizers")


@resource.get(
    "/organizers/me",
    summary="How one presents oneself as an organizer",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    returns=OrganizerProfileOut,
    description="Also before anybody else sees it.",
)
def show_own_organizer(call: Call) -> Reply:
    return Reply(organizer_out(call.container.search.organizers.own(call.caller), call.base_url))


@resource.patch(
    "/organizers/me",
    summary="Change how one presents oneself",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=OrganizerProfileIn,
    raw_patch=True,
    returns=OrganizerProfileOut,
    raises=(errors.RoleRequiredError, errors.EmailNotVerifiedError),
    description="RFC 7396: null clears. Needs the role facilitator. A new name reaches events in moments.",
)
def change_own_organizer(call: Call) -> Reply:
    def rewrite(present: Organizer) -> tuple[str, PublicProfile]:
        merged = parsing.merge(OrganizerProfileIn, document_of(present), call.body)
        body = parsing.validate_object(OrganizerProfileIn, merged)
        return body.name or "", body.profile

    return Reply(organizer_out(call.container.search.organizers.change(call.caller, rewrite), call.base_url))


@resource.get(
    "/organizers/{user_id}",
    summary="An organizer",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    returns=OrganizerProfileOut,
    cache=Cache.SHORT,
    raises=(errors.NotFoundError,),
    description="404 until they have published an event that is not unlisted: of accounts nobody is told anything.",
)
def show_organizer_profile(call: Call, user_id: str) -> Reply:
    return Reply(organizer_out(call.container.search.organizers.show(user_id), call.base_url))
