"""What no schema can say: refusals of well-formed requests that a fuzzer must not take for faults.

Every other failure of every check counts. A refusal is told by its problem code, never by its status alone.
"""

import json
import re
from http import HTTPStatus
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

REJECTED_VALID, ACCEPTED_INVALID, STILL_THERE, SERVER_ERROR = "ST202", "ST201", "ST301", "ST101"
# A well-formed request may be refused with these: its form is not the point.
PROBLEMS = {
    "precondition_failed": "they are compared with the version that there is now, before the body is read",
    "invalid_cursor": "cursors are signed; only those that the list has given are good",
    "otp_invalid": "only the code in the mailbox is right",
    "reset_invalid": "only the key in the mailbox is right",
    "second_factor_key_invalid": "keys are signed; only that of one's own answer is good",
    "second_factor_wrong": "only what the app shows is right",
    "old_password_wrong": "only the present password is right",
    "password_wrong": "the same",
    "idempotency_key_reused": "a key belongs to the body that it was first sent with",
}
# Rules between fields, about the present moment, or about what the resource is now.
RULES = {
    "ends_before_start": "two fields",
    "closes_after_end": "two fields",
    "opens_after_close": "two fields",
    "party_over_capacity": "two fields",
    "shards_split_parties": "two fields",
    "release_after_end": "two fields",
    "party_too_large": "the event's party_max",
    "contradiction": "two parameters, or one and the list",
    "page_too_deep": "two parameters",
    "one_person": "two fields",
    "ticket_invalid": "codes are signed; only that of the ticket is good",
    "scanned_in_future": "the clock",
    "starts_in_past": "the clock",
    "expires_out_of_range": "the clock",
    "starts_too_late": "the clock",
    "password_weak": "a list of passwords, and the account's own names",
    "read_only": "what is changed elsewhere may be sent back as it is, and not otherwise",
}
# Values that are looked up.
LOOKED_UP = {
    "/country": "ISO 3166-1",
    "/currency": "ISO 4217",
    "/language": "the registry of language subtags",
    "/locale": "the registry of language subtags",
    "/timezone": "the IANA time zones",
    "/price": "the currency's number of digits",
    "/email": "the syntax of addresses, of which format: email is a sketch",
    "email": "the same, in a filter",
    "q": "a letter or digit of any script",
    "title": "the same, of short ones",
    "location": "the same, of short ones",
    "country": "ISO 3166-1",
    "language": "the registry of language subtags",
    "tz": "the IANA time zones",
    "date": "the calendar",
    "starts_after": "the calendar",
    "starts_before": "the calendar",
    "running_from": "the calendar",
    "running_until": "the calendar",
    "/date_of_birth": "the clock",
    "/reminders": "arithmetic: how long a duration is, and that two are the same written differently",
    "/follow_ups": "the same",
    "/username": "letters of every script, which ECMA patterns name in a way that others do not read",
}


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Whether the failure counts."""
    del context
    if failure.code == SERVER_ERROR:
        return not (case.path == "/oembed" and response.status_code == HTTPStatus.NOT_IMPLEMENTED)  # oembed.com, 2.3.1
    if failure.code == STILL_THERE:
        # Who deletes an enrollment cancels it, and goes on seeing it as cancelled.
        return not (case.path.startswith("/enrollments/") and response.json()["status"] == "cancelled")
    if failure.code in {REJECTED_VALID, ACCEPTED_INVALID}:
        return not (is_explained(response.text) or has_blank_ends(case.body))
    return True


def is_explained(text: str) -> bool:
    """Whether the answer is a refusal of one of these kinds and of no other."""
    problem = json.loads(text) if text else {}
    if problem.get("code") != "invalid_request":
        return problem.get("code") in PROBLEMS
    faults = problem["errors"]
    return all(one["code"] in RULES or (one["code"] == "invalid" and _where(one) in LOOKED_UP) for one in faults)


def _where(fault: dict[str, str]) -> str:
    """The field or parameter; of a list the list, whichever of its entries it is."""
    return re.sub(r"/\d+$", "", fault.get("pointer") or fault.get("parameter") or "")


def has_blank_ends(value: Any) -> bool:
    """Whether a text begins or ends with blanks: they are cut off before anything is checked."""
    if isinstance(value, dict):
        return any(has_blank_ends(one) for one in value.values())
    if isinstance(value, list):
        return any(has_blank_ends(one) for one in value)
    return isinstance(value, str) and value != value.strip()
