"""The code that a row waits for: set by the mail that has it, guessed at a few times.

Each step is one conditional write.
"""

from datetime import datetime

from chalicelib.domain.shared.times import NEVER, stamp
from chalicelib.store.dynamo.client import ConditionFailedError, Dynamo
from chalicelib.store.dynamo.definitions import Key
from chalicelib.store.dynamo.tables import CodedItem


class MailedCodes:
    def __init__(self, dynamo: Dynamo, model: type[CodedItem]) -> None:
        self._dynamo = dynamo
        self._model = model

    def await_code(self, key: Key, request_id: str) -> None:
        model = self._model
        actions = [model.request_id.set(request_id), model.armed.set(0), model.code_mac.set(NEVER)]

        def attempt() -> None:
            try:
                self._dynamo.update_raw(model, key, actions, model.pk.exists())
            except ConditionFailedError:
                return  # there is none: nothing is mailed for it either

        self._dynamo.retries.run(attempt)

    def arm(self, key: Key, request_id: str, code_mac: str, expires_at: datetime, *, claim: int) -> bool:
        model = self._model
        newest = model.request_id == request_id  # nobody has asked again
        in_order = model.armed < claim  # a late write must not set a code, or its guesses, back
        actions = [
            model.armed.set(claim),
            model.code_mac.set(code_mac),
            model.code_expires_at.set(stamp(expires_at)),
            model.attempts.set(0),
            model.last_guess.set(""),
        ]

        def attempt() -> bool:
            try:
                self._dynamo.update(model, key, actions, newest & in_order)
            except ConditionFailedError as error:
                return error.item is not None and error.item["code_mac"]["S"] == code_mac
            return True

        return self._dynamo.retries.run(attempt)

    def count_guess(self, key: Key, guess_id: str, now: datetime, limit: int) -> str | None:
        model = self._model
        armed = model.code_mac != NEVER  # a code was sent
        fresh = model.code_expires_at > stamp(now)
        left = model.attempts < limit
        actions = [model.attempts.add(1), model.last_guess.set(guess_id)]
        condition = model.pk.exists() & armed & fresh & left & (model.last_guess != guess_id)

        def attempt() -> str | None:
            try:
                return self._dynamo.update(model, key, actions, condition).code_mac
            except ConditionFailedError as error:
                # A repeat after a lost response finds its own mark: the guess is counted already, once.
                own = error.item is not None and error.item["last_guess"]["S"] == guess_id
                return str(error.item["code_mac"]["S"]) if own and error.item else None

        return self._dynamo.retries.run(attempt)
