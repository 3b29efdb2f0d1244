"""First the preview, then the deed: a value that confirms what its reader saw, and nothing else, for ten minutes."""

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime

from chalicelib.domain.errors import ConfirmationRequiredError, NextStep
from chalicelib.domain.shared.limits import CONFIRM_LIFE
from chalicelib.services.shared.ports import Macs


def require_confirmation(
    macs: Macs,
    purpose: str,
    bound: Sequence[object],
    preview: dict[str, int],
    confirm: str | None,
    now: datetime,
    *,
    request: NextStep,
    detail: str = "",
) -> str:
    """Raises `ConfirmationRequiredError` with a fresh value unless `confirm` was made for `bound` (plain JSON).

    `request` is what is to be confirmed, for the client to repeat.
    Returns what tells this confirmation from every other one, however its value is written.
    """
    payload = macs.open(purpose, confirm) if confirm else None
    if payload is not None:
        *given, until = json.loads(payload)
        if given == [*bound] and now.timestamp() < until:
            return hashlib.sha256(payload).hexdigest()[:32]
    until = (now + CONFIRM_LIFE).timestamp()
    fresh = macs.sign(purpose, json.dumps([*bound, until]).encode())
    raise ConfirmationRequiredError(preview, fresh, request, detail)
