"""Dead letters: what failed for good, and trying it again."""

import contextlib
import re
from collections.abc import Callable
from datetime import datetime

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.accounts.audit import OPERATOR, Act, ActKind
from chalicelib.domain.errors import BusyError, NotFoundError
from chalicelib.domain.outbox.entry import OutboxKind, new_entry
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.admin.ports import Letter, Letters
from chalicelib.services.shared.acts import act_of
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.paging import Cursor, Page, neighbours
from chalicelib.services.shared.ports import Clock, NewId, Queue

_TRIES = 3
_ID = re.compile(r"[\w-]{1,64}", re.ASCII)


class AdministerLetters:
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
        kind = ActKind.REDRIVE_LETTER
        return self._redriven(
            letter_id, lambda now, act_id: act_of(admin, kind, letter_id, now=now, act_id=act_id, request_id=request_id)
        )

    def redrive_by_operator(self, letter_id: str) -> Letter:
        """The same by a command, which is in the trail as well."""
        kind = ActKind.REDRIVE_LETTER
        return self._redriven(
            letter_id, lambda now, act_id: Act(id=act_id, at=now, admin_id=OPERATOR, kind=kind, about=letter_id)
        )

    def _redriven(self, letter_id: str, act: Callable[[datetime, str], Act]) -> Letter:
        for _ in range(_TRIES):
            letter = self._letters.find(letter_id) if _ID.fullmatch(letter_id) else None
            if letter is None:
                raise NotFoundError
            if letter.redriven_at is not None:
                return letter
            now = to_milliseconds(self._clock())
            with contextlib.suppress(StaleError):  # somebody else did it meanwhile
                self._write(letter, act(now, self._new_id(now)))
        raise BusyError

    def _write(self, letter: Letter, act: Act) -> None:
        about = {"queue": letter.queue.name, "bucket": letter.key.bucket, "place": letter.key.place}
        job = new_entry(OutboxKind.REDRIVE, act.admin_id, about, now=act.at, entry_id=self._new_id(act.at))
        self._letters.redrive(letter, act, job)
        self._queue.push(job)
