"""What an organizer does with many people of an event at once."""

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply, digest
from chalicelib.api.people import table
from chalicelib.api.people.import_schemas import ImportIn, ImportOut, ImportQuery, import_out, rows_of
from chalicelib.api.people.schemas import BulkIn, BulkOut, bulk_out, repeated_faults
from chalicelib.domain import errors
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.people.bulk import BulkRequest
from chalicelib.services.people.rows import ImportRequest

resource = Resource("people")
_REFUSALS = (errors.NotFoundError, errors.ForbiddenError, errors.FreshLoginRequiredError, errors.BusyError)


@resource.post(
    "/events/{event_id}/enrollments/bulk",
    summary="Cancel many enrollments, or send their mails again",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=BulkIn,
    returns=BulkOut,
    keyed=True,
    raises=_REFUSALS,
    description="Up to 100 by whoever manages the event, each by the rules of the single change and with an answer of "
    "its own: one that is refused spoils no other. Safe to send again. What there was no time for is `not_tried`: "
    "send those ids again.",
)
def change_enrollments(call: Call, event_id: str) -> Reply:
    body: BulkIn = call.body
    faults = repeated_faults(body)
    if faults:
        raise errors.InvalidRequestError(*faults)
    request = BulkRequest(request_id=call.request_id, **body.model_dump())
    made = bulk_out(call.container.people.bulk(call.caller, event_id, request))
    return _kept(call, Reply(made))


@resource.post(
    "/events/{event_id}/enrollments/import",
    summary="Enrol the people of a table",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    query=ImportQuery,
    body=ImportIn,
    table=table.read,
    returns=ImportOut,
    keyed=True,
    by_query=True,
    raises=_REFUSALS,
    description="By whoever manages the event: JSON, or CSV in UTF-8 (`Content-Type: text/csv`) with a header line and "
    " the columns `name` and `email`, and if wanted `party_size`, `note` and `status`, separated by commas, "
    "semicolons or tabs; other columns are left out, so that the table of another event will do. One request enrols "
    "100 rows from `first` on, each as `POST /events/{event_id}/enrollments` does, with the same rules, seats and "
    "limits of mails, and says beside each what came of it; `next_row` is where the next request goes on. Nobody is "
    "enrolled twice, and with `import_id` nobody who cancels meanwhile is enrolled again when a request is repeated.",
)
def import_enrollments(call: Call, event_id: str) -> Reply:
    body: ImportIn = call.body
    query: ImportQuery = call.query
    request = ImportRequest(
        event_id=event_id,
        request_id=call.request_id,
        rows=rows_of(body, query),
        waitlist=query.waitlist,
        mailed=query.mail,
        key_of=lambda row: query.import_id and digest(call.answers_of, event_id, query.import_id, row.address),
    )
    people = call.container.people
    if query.dry_run:
        return Reply(import_out(people.try_import(call.caller, request), len(body.rows)))
    return _kept(call, Reply(import_out(people.import_people(call.caller, request), len(body.rows))))


def _kept(call: Call, reply: Reply) -> Reply:
    """What a row came to is written with the row; the answer to the request, when all of them are done."""
    idempotency = call.idempotency(lambda _: reply)
    if idempotency:
        call.container.store.answers.keep(idempotency.remember(None))
    return reply
