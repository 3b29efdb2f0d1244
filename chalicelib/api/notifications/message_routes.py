"""What an organizer writes to people who are enrolled."""

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.http.endpoints.resource import Resource
from chalicelib.api.http.request.call import Call, Reply
from chalicelib.api.http.request.schemas import ListQuery, PageOut
from chalicelib.api.http.response import paging
from chalicelib.api.notifications.message_schemas import (
    AnnouncementOut,
    DeliveriesOut,
    MessageIn,
    MessageOut,
    MessageQuery,
)
from chalicelib.domain import errors
from chalicelib.domain.notifications.messages import OrganizerMessage, Segment
from chalicelib.services.accounts.key_scopes import KeyUse
from chalicelib.services.enrollments.history import ActorKind
from chalicelib.services.notifications.announcements.announcement_history import DeliveredAnnouncement
from chalicelib.services.notifications.announcements.organizer_messages import MessageRequest

resource = Resource("messages")


@resource.post(
    "/events/{event_id}/messages",
    summary="Write to people who are enrolled",
    auth=Auth.USER,
    keys=KeyUse.CHANGE,
    query=MessageQuery,
    body=MessageIn,
    returns=MessageOut,
    status=202,
    keyed=True,
    raises=(
        errors.NotFoundError,
        errors.ForbiddenError,
        errors.FreshLoginRequiredError,
        errors.ConfirmationRequiredError,
        errors.TooManyRequestsError,
        errors.EventNotPublishedError,
        errors.EventCancelledError,
        errors.EventPastError,
    ),
    description="By the organizer. The first request answers 409 with the number of recipients and sends nothing; with "
    "`confirm`, which is good for ten minutes and for this text and segment, it is sent: one mail each, once, however "
    "often the request is repeated. Nobody sees who else gets it, and everybody can unsubscribe from such mails. At "
    "most 5 messages of an event and 20 of an organizer a day; until 30 days after the end of the event. With `test` "
    "it is mailed to the caller alone, without a confirmation; at most 20 such tests of an account a day.",
)
def send_message(call: Call, event_id: str) -> Reply:
    body: MessageIn = call.body
    query: MessageQuery = call.query
    request = MessageRequest(
        event_id=event_id,
        segment=Segment(body.segment),
        subject=body.subject,
        body=body.body,
        request_id=call.request_id,
    )
    messages, idempotency = call.container.notifications.organizer_messages, call.idempotency(_shown)
    if body.test:
        return _shown(messages.send_test(call.caller, request, idempotency))
    return _shown(messages.send(call.caller, request, query.confirm, idempotency))


def _shown(message: OrganizerMessage) -> Reply:
    return Reply(MessageOut(id=message.id, recipients=message.recipients), status=202)


@resource.get(
    "/events/{event_id}/messages",
    summary="What the people of an event were told",
    auth=Auth.USER,
    keys=KeyUse.LOOK,
    query=ListQuery,
    returns=PageOut[AnnouncementOut],
    raises=(errors.NotFoundError, errors.ForbiddenError, errors.FreshLoginRequiredError, errors.InvalidCursorError),
    description="For the owner, managers, viewers and admins: messages and the changes of the event that were mailed, "
    "the last first, with what became of the mails: seconds old while they are sent, exact afterwards. `count` is what "
    "this page has.",
)
def list_messages(call: Call, event_id: str) -> Reply:
    query: ListQuery = call.query
    page = call.container.notifications.announcement_history.page(
        call.caller, event_id, paging.read(call), query.page_size
    )
    return Reply(paging.page_out(call, page, _announcement_out))


def _announcement_out(delivered: DeliveredAnnouncement) -> AnnouncementOut:
    announced, sums = delivered.announced, delivered.deliveries
    numbers = {name: getattr(sums, name) for name in DeliveriesOut.model_fields}
    return AnnouncementOut(
        id=announced.id,
        kind=announced.kind,
        at=announced.at,
        subject=announced.subject or None,
        segment=announced.segment.value if announced.segment else None,
        changed=list(announced.changed),
        actor=ActorKind(announced.by) if announced.by else None,
        actor_id=announced.member_id or None,
        deliveries=DeliveriesOut(**numbers),
    )
