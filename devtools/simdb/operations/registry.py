"""The one list of all API operations; each stands beside its code, and none of them knows this module."""

from collections.abc import Mapping
from typing import Any

from devtools.simdb.errors import check_parameters
from devtools.simdb.operations import admin, queries, reads, transactions, writes
from devtools.simdb.operations.operation import Operation

_ALL = (*reads.OPERATIONS, *queries.OPERATIONS, *writes.OPERATIONS, *transactions.OPERATIONS, *admin.OPERATIONS)
OPERATIONS = {operation.name: operation for operation in _ALL}


def find(name: str, request: Mapping[str, Any]) -> Operation:
    """The operation of a call whose parameters it knows."""
    operation = OPERATIONS.get(name)
    if operation is None:
        raise NotImplementedError(f"simdb does not simulate {name}; Turnout uses {', '.join(OPERATIONS)}")
    check_parameters(request, operation.required, operation.known, name)
    return operation
