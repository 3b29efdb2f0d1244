"""Attendee records: one's own, and those that one keeps of others."""

import zlib
from collections.abc import Callable
from typing import Any

from chalicelib.api.attendees.schemas import (
    READ_ONLY,
    AttendeeRecordIn,
    AttendeeRecordOut,
    KeptQuery,
    OwnRecordIn,
    TheirEnrollmentsQuery,
    attendee_out,
    to_facts,
    writable,
)
from chalicelib.api.enrollments.schemas import EnrollmentOut, enrollment_out
from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request import parsing
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import PageOut
from chalicelib.api.http.response import paging
from chalicelib.domain import errors
from chalicelib.domain.accounts.account import fold_email
from chalicelib.domain.accounts.people import Attendee, AttendeeFacts, words
from chalicelib.domain.enrollments.enrollment import EnrollmentStatus
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.attendees.records import AttendeeChange, KeptFilter
from chalicelib.services.enrollments.lists.own_list import MineFilter

resource = Resource("attendees")

_THEIRS = (errors.NotFoundError, errors.PreconditionFailedError)
_OF_THE_ACCOUNT = ("first_name", "last_name", "email")


def _shown(call: Call, attendee: Attendee, status: int = 200) -> Reply:
    out = attendee_out(attendee)
    etag = str(attendee.version)
    if attendee.kept_by is None:  # names and address are the account's: they change without a version of the record
        etag = f"{etag}.{zlib.crc32(out.model_dump_json().encode()):08x}"
    reply = Reply(out, status=status, etag=etag)
    if status == 201:  # noqa: PLR2004 - HTTP's own number
        reply.headers["Location"] = f"{call.base_url}/attendees/{attendee.id}"
    return reply


@resource.get(
    "/attendees",
    summary="The attendee records that one keeps of others",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=KeptQuery,
    returns=PageOut[AttendeeRecordOut],
    raises=(errors.InvalidCursorError,),
    description="In the order in which they were made. With `q` a page may be short. One's own is at /attendees with "
    "the id of one's account.",
)
def list_attendees(call: Call) -> Reply:
    query: KeptQuery = call.query
    wanted = KeptFilter(words=words(query.q or ""), email=query.email)
    page = call.container.attendees.records.kept(call.caller, wanted, paging.read(call), query.page_size)
    return Reply(paging.page_out(call, page, attendee_out))


@resource.post(
    "/attendees",
    summary="Keep a record of somebody",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=AttendeeRecordIn,
    returns=AttendeeRecordOut,
    status=201,
    keyed=True,
    raises=(errors.EmailTakenError,),
    description="For enrolling others. Only its keeper sees it; name and e-mail address also the organizer of an event "
    "that the person is enrolled in.",
)
def create_attendee(call: Call) -> Reply:
    attendee = call.container.attendees.records.create(
        call.caller, to_facts(call.body), call.idempotency(lambda made: _shown(call, made, 201))
    )
    return _shown(call, attendee, 201)


@resource.get(
    "/attendees/{attendee_id}",
    summary="One attendee record",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    returns=AttendeeRecordOut,
    raises=(errors.NotFoundError,),
    description="One that the caller keeps, or, with the id of the account, the caller's own.",
)
def show_attendee(call: Call, attendee_id: str) -> Reply:
    return _shown(call, call.container.attendees.records.show(call.caller, attendee_id))


@resource.put(
    "/attendees/{attendee_id}",
    summary="Replace an attendee record",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=AttendeeRecordIn,
    raw_patch=True,
    returns=AttendeeRecordOut,
    conditional=True,
    raises=(*_THEIRS, errors.EmailTakenError),
    description="Omitted optional fields are cleared. One's own names and address are the account's.",
)
def replace_attendee(call: Call, attendee_id: str) -> Reply:
    return _edited(call, attendee_id, lambda _: call.body)


@resource.patch(
    "/attendees/{attendee_id}",
    summary="Change an attendee record",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    body=AttendeeRecordIn,
    raw_patch=True,
    returns=AttendeeRecordOut,
    conditional=True,
    raises=(*_THEIRS, errors.EmailTakenError),
    description="RFC 7396: null clears. One's own names and address are the account's.",
)
def change_attendee(call: Call, attendee_id: str) -> Reply:
    return _edited(call, attendee_id, lambda present: parsing.merge(AttendeeRecordIn, writable(present), call.body))


def _edited(call: Call, attendee_id: str, document: Callable[[Attendee], dict[str, Any]]) -> Reply:
    """Both verbs end in one: the whole document, validated as if it had been sent."""

    def rewrite(present: Attendee) -> AttendeeFacts:
        if present.kept_by is None:
            return _own_facts(call.body, document(present), present)
        return to_facts(parsing.validate_object(AttendeeRecordIn, document(present)))

    change = AttendeeChange(attendee_id=attendee_id, if_match=call.if_match)
    return _shown(call, call.container.attendees.records.edit(call.caller, change, rewrite))


def _own_facts(sent: dict[str, Any], document: dict[str, Any], present: Attendee) -> AttendeeFacts:
    """What is the account's may be sent back as it is, and is changed elsewhere."""
    facts = present.facts
    theirs = {name: getattr(facts, name) for name in _OF_THE_ACCOUNT}
    faults = [
        errors.FieldError(f"/{name}", "read_only", "belongs to the account: change it at /auth/me")
        for name in _OF_THE_ACCOUNT
        if name in sent and not _is_same(sent[name], theirs[name])
    ]
    if faults:
        raise errors.InvalidRequestError(*faults)
    ignored = READ_ONLY.union(_OF_THE_ACCOUNT)
    rest = {name: value for name, value in document.items() if name not in ignored}
    body = parsing.validate_object(OwnRecordIn, rest)
    return AttendeeFacts(**theirs, phone=body.phone, date_of_birth=body.date_of_birth)


def _is_same(sent: Any, present: str) -> bool:
    return isinstance(sent, str) and fold_email(sent.strip()) == fold_email(present)


@resource.delete(
    "/attendees/{attendee_id}",
    summary="Delete an attendee record",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    status=204,
    conditional=True,
    raises=(*_THEIRS, errors.HasEnrollmentsError, errors.ForbiddenError),
    description="409 while the person has live enrollments; past ones stay, without name or address. One's own record "
    "goes with the account: 403.",
)
def delete_attendee(call: Call, attendee_id: str) -> Reply:
    change = AttendeeChange(attendee_id=attendee_id, if_match=call.if_match)
    call.container.attendees.records.delete(call.caller, change)
    return Reply(status=204)


@resource.get(
    "/attendees/{attendee_id}/enrollments",
    summary="The enrollments of somebody whom one keeps a record of",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=TheirEnrollmentsQuery,
    returns=PageOut[EnrollmentOut],
    raises=(errors.NotFoundError, errors.InvalidCursorError),
    description="With one's own id the same as `/me/enrollments`.",
)
def list_enrollments_of_attendee(call: Call, attendee_id: str) -> Reply:
    query: TheirEnrollmentsQuery = call.query
    wanted = MineFilter(
        when=query.when,
        statuses=tuple(EnrollmentStatus(name) for name in query.status.split(",")) if query.status else (),
        event_id=query.event,
    )
    page = call.container.enrollments.own_list.of_attendee(
        call.caller, attendee_id, wanted, paging.read(call), query.page_size
    )
    return Reply(paging.page_out(call, page, enrollment_out))
