"""Which ministack `engine_queries` was written for: it takes the place of functions that are nobody's interface."""

import hashlib
import inspect
from typing import Any

# Of the source of the functions below in ministack 1.5.33; any release may change them.
FINGERPRINT = "95b3074ead940bfe"
FUNCTIONS = (
    "_query",
    "_index_members",
    "_index_item",
    "_set_item",
    "_remove_item",
    "_items_replaced",
    "_index_key_lists",
    "_index_def",
    "_index_order_keys",
    "_index_order_value",
    "_sort_key_value",
    "_apply_exclusive_start_key",
    "_paginate_evaluated_items",
    "_tokenize",
    "_condition_syntax_error",
)


class ChangedError(Exception):
    """Ministack is not the one that this module was written for."""


def require_known(dynamodb: Any) -> None:
    found = fingerprint(dynamodb)
    if found != FINGERPRINT:
        raise ChangedError(
            f"ministack's Query is not the one that engine_queries was written for: read {', '.join(FUNCTIONS)} again, "
            f"run the contract suite, and write down their fingerprint, {found}."
        )


def fingerprint(dynamodb: Any) -> str:
    sources = "".join(inspect.getsource(getattr(dynamodb, name)) for name in FUNCTIONS)
    return hashlib.sha256(sources.encode()).hexdigest()[:16]
