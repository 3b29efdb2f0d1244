"""Dead letters: what failed for good, and trying it again."""

import contextlib
import re
from datetime import datetime

from chalicelib.domain.accounts import Principal
from chalicelib.domain.audit import ActKind
from chalicelib.domain.errors import BusyError, NotFoundError
from chalicelib.domain.outbox import OutboxKind, new_entry
from chalicelib.domain.times import to_milliseconds
from chalicelib.services.admin.ports import Letter, Letters
from chalicelib.services.shared.acts import act_of
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Cursor, Page, neighbours
from chalicelib.services.shared.ports import Clock, NewId, Queue

_TRIES = 3
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class LettersDesk:
    def __init__(self, letters: Letters, queue: Queue, clock: Clock, new_id: NewId) -> None:
        self._letters = letters
        self._queue = queue
        self._clock = clock
        self._new_id = new_id

    def page(self, cursor: Cursor | None, size: int) -> Page[Letter]:
        """The last ones first."""
        part = self._letters.newest_first(
            start=cursor.place if cursor else None, forward=cursor is None or cursor.forward, limit=size
        )
        letters, following, before = neighbours(part, cursor)
        number, exact = self._letters.number()
        return Page(items=letters, count=number, count_exact=exact, next=following, previous=before)

    def redrive(self, admin: Principal, letter_id: str, request_id: str) -> Letter:
        """Have it tried again, once: one that was redriven is answered as it is. Raises `NotFoundError`, `BusyError`.

        What fails again becomes a letter of its own.
        """
        for _ in range(_TRIES):
            letter = self._letters.find(letter_id) if _ID.fullmatch(letter_id) else None
            if letter is None:
                raise NotFoundError
            if letter.redriven_at is not None:
                return letter
            with contextlib.suppress(StaleError):  # somebody else did it meanwhile
                self._write(admin, letter, to_milliseconds(self._clock()), request_id)
        raise BusyError

    def _write(self, admin: Principal, letter: Letter, now: datetime, request_id: str) -> None:
        kind = ActKind.REDRIVE_LETTER
        act = act_of(admin, kind, letter.id, now=now, act_id=self._new_id(now), request_id=request_id)
        about = {"queue": letter.queue.name, "bucket": letter.key.bucket, "place": letter.key.place}
        job = new_entry(OutboxKind.REDRIVE, admin.user_id, about, now=now, entry_id=self._new_id(now))
        self._letters.redrive(letter, act, job)
        self._queue.push(job)
