"""What no schema can say: refusals of well-formed requests that the fuzzer must not take for faults.

Every other failure of every check counts. A refusal is told by its problem code, never by its status alone.
"""

import json
from typing import Any

import schemathesis
from schemathesis.core.failures import Failure

# A well-formed request may be refused with these; what is well-formed about it is not the point of the refusal.
REASONS = {
    "precondition_failed": "If-Match is compared with the version that the resource has now",
    "invalid_cursor": "cursors are signed; only ones that a list has given are good",
    "otp_invalid": "only the code in the mailbox is right",
    "old_password_wrong": "only the present password is right",
    "idempotency_key_reused": "a key belongs to the first body that it was sent with",
}
# Values that are looked up in registries, and rules between fields or about the present moment.
FIELDS = {
    "country": "ISO 3166-1",
    "currency": "ISO 4217",
    "language": "the IANA registry of language subtags",
    "locale": "the IANA registry of language subtags",
    "timezone": "the IANA time zone database",
    "price": "as many digits as the currency has",
    "email": "the syntax of addresses, beyond what format: email promises",
    "password": "too common ones are refused",
    "new_password": "too common ones are refused",
}


@schemathesis.hook
def filter_failure(context: Any, failure: Failure, case: Any, response: Any) -> bool:
    """Whether the failure counts."""
    del context, case
    return not (failure.code in {"ST201", "ST202"} and is_explained(response.status_code, response.text))


def is_explained(status: int, text: str) -> bool:
    if status not in {400, 412, 422}:
        return False
    problem = json.loads(text)
    if problem["code"] != "invalid_request":
        return problem["code"] in REASONS
    return all(_is_explained_fault(fault) for fault in problem["errors"])


def _is_explained_fault(fault: dict[str, str]) -> bool:
    return fault["code"] != "invalid" or fault.get("pointer", "").removeprefix("/") in FIELDS
