"""The logins of one's own account: seen, and ended."""

from chalicelib.api.accounts.login_schemas import SessionsOut, session_out
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.domain import errors

resource = Resource("logins")


@resource.get(
    "/auth/sessions",
    summary="One's own logins",
    auth=Auth.USER,
    returns=SessionsOut,
    description="Every login that is good now, the present one first, then the last used.",
)
def list_sessions(call: Call) -> Reply:
    sessions = call.container.accounts.own_logins.show(call.caller)
    shown = [session_out(one, call.caller.session_id) for one in sessions]
    return Reply(SessionsOut(count=len(shown), results=shown))


@resource.delete(
    "/auth/sessions",
    summary="End all other logins",
    auth=Auth.USER,
    status=204,
    raises=(errors.BusyError,),
    description="All but the present one end, from their next request on.",
)
def end_other_sessions(call: Call) -> Reply:
    call.container.accounts.own_logins.end_others(call.caller)
    return Reply(status=204)


@resource.delete(
    "/auth/sessions/{session_id}",
    summary="End one login",
    auth=Auth.USER,
    status=204,
    raises=(errors.NotFoundError,),
    description="Its access and its refresh token end, from the next request on. The present one may be ended too.",
)
def end_session(call: Call, session_id: str) -> Reply:
    call.container.accounts.own_logins.end(call.caller, session_id)
    return Reply(status=204)
