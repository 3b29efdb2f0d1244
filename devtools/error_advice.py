"""For docs/errors.md: when each error code is answered and what a client does about it; what each fault means."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Advice:
    """When a code is answered, and what to do then."""

    when: str
    then: str


_AGAIN = "Read it again, decide again, and send the new ETag."
ADVICE = {
    "invalid_request": Advice(
        "Something in the body or the query is not as it must be, or is not known.",
        "Correct what `errors` lists; sending the same again gives the same answer.",
    ),
    "malformed_json": Advice("The body is not JSON, or nested too deeply.", "Send a JSON object in UTF-8."),
    "invalid_cursor": Advice(
        "`cursor` was changed, or belongs to another list, filter or person.",
        "Follow `next` and `previous` as they are; without a cursor the list begins.",
    ),
    "too_many_to_sort": Advice(
        "`ordering=title` or `created_at` with `q`, `title` or `location`: more than 500 events match.",
        "Leave `ordering` out or take `starts_at`, or narrow the search.",
    ),
    "idempotency_key_invalid": Advice(
        "`Idempotency-Key` is empty, too long or has other characters.",
        "Send 1 to 255 visible ASCII characters: a UUID.",
    ),
    "old_password_wrong": Advice("`old_password` is not the present password.", "Ask for it again."),
    "otp_invalid": Advice(
        "The code is wrong, used, older than five minutes, or was guessed three times.",
        "Ask for a new one with `POST /auth/resend-otp`.",
    ),
    "unauthenticated": Advice(
        "The access token is missing, expired, or its login has ended; also on public reads when a bad one is sent. "
        "Enrolling without one: `name` and `email` are missing, or the event takes no guests.",
        "Refresh it with `POST /auth/refresh`, else log in again.",
    ),
    "credentials_wrong": Advice(
        "Login: no such account or another password. Refresh: the token was used, is over, or its login has ended.",
        "Ask for the password again; after a refused refresh, log in.",
    ),
    "email_not_verified": Advice(
        "The password is right and the address is not proven yet, or an account without a proven address wants more.",
        "Send the mailed code to `POST /auth/verify-email`.",
    ),
    "forbidden": Advice("The thing is visible, and belongs to somebody else.", "Nothing; only its owner may do this."),
    "role_required": Advice(
        "Enrolling needs the role seeker, publishing the role facilitator.", "Add the role with `PATCH /auth/me`."
    ),
    "not_found": Advice(
        "It never was, was deleted, or is not visible to this caller; also for an id of the wrong form.",
        "Check the id. A draft is visible to its owner only.",
    ),
    "method_not_allowed": Advice("The path is known, the verb is not one of its verbs.", "See the header `Allow`."),
    "event_full": Advice(
        "Every seat is taken, or the free ones are the waitlist's.",
        "`next_step` names the waitlist: send the same with `waitlist: true`. Without one, try again later.",
    ),
    "waitlist_off": Advice("`waitlist: true` at a full event whose `waitlist_mode` is `off`.", "Try again later."),
    "hold_expired": Advice("The deadline of a hold, its `expires_at`, is over.", "Enrol again."),
    "offer_expired": Advice(
        "The deadline of an offered seat, its `expires_at`, is over; the next in line has it.",
        "Enrol again, with `waitlist: true` to wait for another one.",
    ),
    "nothing_to_confirm": Advice(
        "The enrollment waits, or is cancelled: no seat is kept for it.", "Look at its `status`; enrol again."
    ),
    "not_confirmed": Advice(
        "A ticket, a check-in or a transfer of an enrollment that waits, is only held, or is cancelled.",
        "Look at its `status`; confirm a hold or an offer first.",
    ),
    "party_waits": Advice(
        "A larger `party_size` for an enrollment that waits: it would be unfair to those behind it.",
        "Leave the waitlist and join it again, at its end.",
    ),
    "enrollment_over": Advice("The enrollment is cancelled or has expired.", "Enrol again."),
    "not_waitlisted": Advice("The enrollment does not wait for a seat.", "Look at its `status`."),
    "already_enrolled": Advice(
        "The person has a live enrollment in this event.", "Use it: its id and status are in `enrollment`."
    ),
    "event_past": Advice("The event is over.", "Nothing; take another event."),
    "event_started": Advice(
        "Enrolling, or cancelling one's own enrollment, after the start.", "Ask the organizer, who may still cancel it."
    ),
    "event_cancelled": Advice("The event was cancelled, which is final.", "Nothing; publish a new event."),
    "event_not_published": Advice("The event is a draft.", "Its organizer publishes it first."),
    "enrollment_not_open": Advice(
        "Before `enrollment_opens_at`; `detail` names the time.", "Try again when enrolling has opened."
    ),
    "enrollment_closed": Advice("After `enrollment_closes_at`.", "Ask the organizer to move it."),
    "capacity_below_taken": Advice(
        "The new capacity is lower than the seats that are taken; their number is in `taken`.",
        "Choose a higher capacity, or cancel enrollments first.",
    ),
    "confirmation_required": Advice(
        "Cancelling or deleting an event that people are enrolled in, or writing to them; `preview` counts them.",
        "Show the preview, then repeat with `?confirm=` and the value of `confirm` within ten minutes.",
    ),
    "email_taken": Advice(
        "The address has an account; of an attendee record: another record that one keeps has it.",
        "Log in; or change the record that there is.",
    ),
    "has_enrollments": Advice(
        "Deleting an attendee record while the person has live enrollments.",
        "Cancel them first: `GET /attendees/{attendee_id}/enrollments` lists them.",
    ),
    "username_taken": Advice("Somebody else has the username, in whatever case.", "Choose another one."),
    "precondition_failed": Advice("`If-Match` names another version than the present one.", _AGAIN),
    "body_too_large": Advice("The body has more than 256 KB.", "Send less."),
    "unsupported_media_type": Advice(
        "The body is declared to be something other than JSON in UTF-8.",
        "Send `Content-Type: application/json`; for PATCH `application/merge-patch+json` will do too.",
    ),
    "idempotency_key_reused": Advice(
        "The key was used with another body or another resource in the last 24 hours.",
        "Take a new key for every new wish.",
    ),
    "too_many_requests": Advice(
        "More requests at once than the gateway lets through, or more mails than one enrollment, address, organizer or "
        "network may cause; then `RateLimit-Limit` and `RateLimit-Reset` say how many are allowed and when the next "
        "one is.",
        "Wait as many seconds as `Retry-After` says.",
    ),
    "internal_error": Advice("A fault of ours; nothing about it is told.", "Report the `request_id`."),
    "bad_gateway": Advice("The gateway got no proper answer from the application.", "Report the `request_id`."),
    "busy": Advice(
        "So many people want the same thing that every try met another one; nothing was done.",
        "Repeat after `Retry-After` seconds, with the same `Idempotency-Key`.",
    ),
    "gateway_timeout": Advice(
        "The application did not answer in time; whether it did something is not known.",
        "Repeat with the same `Idempotency-Key`, or read first.",
    ),
}
FAULTS = {
    "required": "The field is missing (or, at login, both or none of email and username were sent).",
    "unknown_field": "The resource has no field of this name.",
    "invalid": "The value is not what the field takes; the message says what it takes.",
    "object_required": "The body must be a JSON object.",
    "read_only": "The field changes by other means, which the message names.",
    "unknown_parameter": "The operation has no query parameter of this name.",
    "repeated_parameter": "The query parameter was given more than once.",
    "empty_parameter": "The query parameter has no value.",
    "contradiction": "Two parameters exclude each other, or one excludes what the list is about.",
    "page_too_deep": "`page` times `page_size` is more than 500: go on with the cursor in `next`.",
    "password_weak": "The password is too short, too common, or contains the person's name.",
    "starts_in_past": "A new `starts_at` must be in the future.",
    "starts_too_late": "A new `starts_at` must be within ten years.",
    "ends_before_start": "`ends_at` must be after `starts_at`.",
    "opens_after_close": "`enrollment_opens_at` must be before `enrollment_closes_at`.",
    "closes_after_end": "`enrollment_closes_at` must not be after `ends_at`.",
    "ticket_invalid": "`code` is not the ticket of this enrollment: another one's, an older one, or none of ours.",
    "scanned_in_future": "`checked_in_at` must not be in the future.",
    "one_person": "A person is named by `attendee_id`, or by `name` and `email`, and not by both.",
    "party_too_large": "`party_size` must not be more than the event's `party_max`.",
    "party_over_capacity": "`party_max` must not be more than `capacity`.",
    "shards_split_parties": "`on_sale_shards` must be 1 or null while `capacity` is below 16 times `party_max`.",
    "release_after_end": "`starts_at` plus `no_show_release_minutes` must be before `ends_at`.",
}
