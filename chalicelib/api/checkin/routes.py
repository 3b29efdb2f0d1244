"""The organizer's lists: who waits, who came, what happened to an enrollment, and everybody as a table."""

from chalicelib.api.checkin.schemas import (
    CheckInIn,
    CheckInOut,
    ExportQuery,
    HistoryOut,
    ScanResultsOut,
    ScansIn,
    checked_in_out,
    history_out,
    results_out,
    to_scan,
)
from chalicelib.api.enrollments.schemas import EnrollmentOut, enrollment_out, roster_filter
from chalicelib.api.http.endpoints.policies import Auth, Cache
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply, digest
from chalicelib.api.http.request.schemas import ListQuery, PageOut
from chalicelib.api.http.response import paging
from chalicelib.domain import errors
from chalicelib.domain.reference import languages
from chalicelib.domain.shared.decimal_signs import expects_semicolons
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.checkin.check_in import CheckInRequest
from chalicelib.services.enrollments.lists.csv_text import CsvFormat
from chalicelib.services.enrollments.view import EnrollmentView

resource = Resource("attendance")
_REFUSALS = (
    errors.NotFoundError,
    errors.ForbiddenError,
    errors.FreshLoginRequiredError,
    errors.NotConfirmedError,
    errors.EventCancelledError,
    errors.PreconditionFailedError,
    errors.BusyError,
)


def _shown(view: EnrollmentView) -> Reply:
    return Reply(checked_in_out(view), etag=str(view.enrollment.version))


@resource.post(
    "/enrollments/{enrollment_id}/check-in",
    summary="Check somebody in",
    auth=Auth.DEFERRED,
    keys=KeyUse.WORK_AT_DOOR,
    body=CheckInIn,
    returns=CheckInOut,
    keyed=True,
    conditional=True,
    raises=_REFUSALS,
    description="By the organizer, a manager or door staff of the team, with or without the code of the ticket. A "
    "party comes whole, or `people` by `people`. Who is checked in already is answered as they are, with "
    "`already_checked_in_at`. Only a confirmed enrollment can be checked in.",
)
def check_in(call: Call, enrollment_id: str) -> Reply:
    body: CheckInIn = call.body
    command = CheckInRequest(
        enrollment_id=enrollment_id,
        request_id=call.request_id,
        code=body.code,
        people=body.people,
        if_match=call.if_match,
    )
    return _shown(call.container.checkin.check_in(call.signed, command, call.idempotency(_shown)))


@resource.delete(
    "/enrollments/{enrollment_id}/check-in",
    summary="Take a check-in back",
    auth=Auth.DEFERRED,
    keys=KeyUse.WORK_AT_DOOR,
    status=204,
    conditional=True,
    raises=_REFUSALS,
    description="By the organizer, a manager or door staff: nobody of the party is here. It is remembered also of "
    "somebody who was not checked in, so that a scan from before it, which is handed in later, checks nobody in.",
)
def undo_check_in(call: Call, enrollment_id: str) -> Reply:
    command = CheckInRequest(enrollment_id=enrollment_id, request_id=call.request_id, if_match=call.if_match, undo=True)
    call.container.checkin.check_in(call.signed, command)
    return Reply(status=204)


@resource.post(
    "/events/{event_id}/check-ins",
    summary="Hand in what was scanned without a network",
    auth=Auth.USER,
    keys=KeyUse.WORK_AT_DOOR,
    body=ScansIn,
    returns=ScanResultsOut,
    keyed=True,
    raises=(
        errors.NotFoundError,
        errors.ForbiddenError,
        errors.FreshLoginRequiredError,
        errors.EventCancelledError,
        errors.BusyError,
    ),
    description="Up to 200 rows by the organizer, a manager or door staff, each decided for itself: one that is "
    "refused spoils no other, and of several scans of one ticket exactly one is `checked_in`. What counts is when a "
    "row was scanned, in whatever order rows come, and with `checked_in_at` they are safe to send again: what "
    "happened after that time stays. Somebody whose seat was given on as a no-show's, and who was scanned before "
    "that, gets it back if one is free; otherwise the row is `checked_in_without_seat`. A body that is not of this "
    "form is refused as a whole.",
)
def check_in_batch(call: Call, event_id: str) -> Reply:
    body: ScansIn = call.body
    scans = [to_scan(row) for row in body.rows]
    outcomes = call.container.checkin.batch(call.caller, event_id, scans, call.request_id)
    idempotency = call.idempotency(lambda made: Reply(results_out(made)))
    if idempotency:
        call.container.store.answers.keep(idempotency.remember(outcomes))
    return Reply(results_out(outcomes))


@resource.get(
    "/events/{event_id}/waitlist",
    summary="The waitlist of an event",
    auth=Auth.OPTIONAL,
    keys=KeyUse.LOOK,
    query=ListQuery,
    returns=PageOut[EnrollmentOut],
    cache=Cache.SHORT,
    raises=(errors.NotFoundError, errors.FreshLoginRequiredError, errors.InvalidCursorError),
    description="For the organizer and the team everybody who waits, in order, with the position up to the thousandth; "
    "for everybody else only the `count`.",
)
def list_waitlist(call: Call, event_id: str) -> Reply:
    query: ListQuery = call.query
    page = call.container.enrollments.roster.waitlist(call.principal, event_id, paging.read(call), query.page_size)
    headers = {"Cache-Control": "no-store"} if page.items else {}  # personal data
    return Reply(paging.page_out(call, page, enrollment_out), headers=headers)


@resource.get(
    "/enrollments/{enrollment_id}/history",
    summary="What happened to an enrollment",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    links=True,
    returns=HistoryOut,
    raises=(errors.NotFoundError, errors.FreshLoginRequiredError),
    description="The last six transitions, newest last, for whoever may see the enrollment.",
)
def show_history(call: Call, enrollment_id: str) -> Reply:
    return Reply(history_out(call.container.enrollments.own_list.history(call.viewer, enrollment_id)))


@resource.get(
    "/events/{event_id}/enrollments.csv",
    summary="Who is enrolled, as a table",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=ExportQuery,
    produces=("text/csv",),
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.FreshLoginRequiredError, errors.InvalidCursorError),
    description="For the organizer and the team, addresses for who manages the event: CSV (RFC 4180, UTF-8 with a "
    "byte order mark), a header line first, all quoted, 2,000 people and less than 4 MB a page; the header `Link: "
    '<...>; rel="next"` leads to the next one. Before what a spreadsheet could take for a formula, at the beginning '
    "of a cell or behind any separator in it, stands an apostrophe.",
)
def export_enrollments(call: Call, event_id: str) -> Reply:
    query: ExportQuery = call.query
    wanted = roster_filter(query)
    written = CsvFormat(query.separator or _usual_separator(call), marked=query.bom)
    page = call.container.enrollments.csv_export.page(call.caller, event_id, wanted, paging.read(call), written)
    headers = {
        "Content-Type": "text/csv; charset=utf-8",
        "Vary": "Accept-Language",
        "Content-Disposition": f'attachment; filename="enrollments-{event_id}.csv"',
    }
    following = paging.link(call, page.next)
    if following:
        headers["Link"] = f'<{following}>; rel="next"'
    return Reply(page.text, etag=digest(page.text)[:32], headers=headers)


def _usual_separator(call: Call) -> str:
    """What the spreadsheets of the reader's language expect."""
    return ";" if expects_semicolons(languages.preferred(call.accept_language)) else ","
