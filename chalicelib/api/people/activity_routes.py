"""What happened to an event and its people, and figures of that over time."""

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import ListQuery, PageOut
from chalicelib.api.http.response import paging
from chalicelib.api.people.activity_schemas import (
    ActivityEntryOut,
    FiguresOverTimeOut,
    FiguresQuery,
    entry_out,
    figures_out,
    starts_of,
)
from chalicelib.domain import errors
from chalicelib.services.accounts.key_scopes import KeyUse

resource = Resource("activity")


@resource.get(
    "/events/{event_id}/activity",
    summary="What happened to an event and its people",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=ListQuery,
    returns=PageOut[ActivityEntryOut],
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.FreshLoginRequiredError, errors.InvalidCursorError),
    description="For the owner, managers, viewers and admins, the last first: what was done to the event, each change "
    "of an enrollment, what people were told, and for logins of the owner and managers each change of its team and of "
    "keys for its door. An entry is written with the change that it is about or neither is. It may appear up to a "
    "minute late behind newer ones. `count` is what this page has.",
)
def list_activity(call: Call, event_id: str) -> Reply:
    query: ListQuery = call.query
    page = call.container.people.activity.page(call.caller, event_id, paging.read(call), query.page_size)
    return Reply(paging.page_out(call, page, entry_out))


@resource.get(
    "/events/{event_id}/figures",
    summary="Enrolments, cancellations, offers taken and check-ins over time",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=FiguresQuery,
    returns=FiguresOverTimeOut,
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.BusyError),
    description="For the owner, managers, viewers and admins: all buckets of a span, those without anything too. "
    "Counted from what the activity has. While so much happens that one request cannot count all of it, `complete` is "
    "false and `counted_until` says how far it is exact.",
)
def show_figures_of_event(call: Call, event_id: str) -> Reply:
    query: FiguresQuery = call.query
    now = call.container.clock()
    view = call.container.people.figures.view(call.caller, event_id, lambda event: starts_of(query, event, now))
    return Reply(figures_out(view, query.by))
