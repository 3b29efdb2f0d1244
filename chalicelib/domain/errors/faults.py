"""What each fault of an invalid request means."""

from chalicelib.domain.limits import LONGEST_API_KEY, PAGE_DEPTH, span

FAULTS = {
    "required": "The field is missing (or, at login, both or none of email and username were sent).",
    "unknown_field": "The resource has no field of this name.",
    "invalid": "The value is not what the field takes; the message says what it takes.",
    "repeated_name": "A name stands more than once in one object of the body.",
    "object_required": "The body must be a JSON object.",
    "read_only": "The field changes by other means, which the message names.",
    "unknown_parameter": "The operation has no query parameter of this name.",
    "repeated_parameter": "The query parameter was given more than once, and is no list.",
    "empty_parameter": "The query parameter has no value.",
    "undecodable": "The parameter, of the query or the path, is not percent-encoded UTF-8.",
    "contradiction": "Two parameters exclude each other, or one excludes what the list is about.",
    "page_too_deep": f"`page` times `page_size` is more than {PAGE_DEPTH}: go on with the cursor in `next`.",
    "password_weak": "The password is too short, too common, or contains the person's name.",
    "expires_out_of_range": f"`expires_at` must be in the future, and within {span(LONGEST_API_KEY)}.",
    "starts_in_past": "A new `starts_at` must be in the future.",
    "starts_too_late": "A new `starts_at` must be within ten years.",
    "ends_before_start": "`ends_at` must be after `starts_at`.",
    "opens_after_close": "`enrollment_opens_at` must be before `enrollment_closes_at`.",
    "closes_after_end": "`enrollment_closes_at` must not be after `ends_at`.",
    "ticket_invalid": "`code` is not the ticket of this enrollment: another one's, an older one, or none of ours.",
    "scanned_before": "`checked_in_at` must not be before the enrolment began.",
    "scanned_in_future": "`checked_in_at` must not be in the future, but for five minutes of a wrong clock.",
    "too_many_people": "`people` are more than are enrolled, or than are still to come.",
    "one_person": "A person is named by `attendee_id`, or by `name` and `email`, and not by both.",
    "party_too_large": "`party_size` must not be more than the event's `party_max`.",
    "party_over_capacity": "`party_max` must not be more than `capacity`.",
    "shards_split_parties": "`on_sale_shards` must be 1 or null while `capacity` is below 16 times `party_max`.",
    "release_after_end": "`starts_at` plus `no_show_release_minutes` must be before `ends_at`.",
}
