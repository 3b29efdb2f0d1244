"""The logins of one account, as their owner sees and ends them."""

from chalicelib.domain.accounts.account import Principal, Session
from chalicelib.domain.errors import BusyError, NotFoundError, UnauthenticatedError
from chalicelib.services.accounts.ports import AccountDetails, Accounts, Sessions
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.services.shared.ports import Clock

_TRIES = 5


class OwnLogins:
    def __init__(self, accounts: Accounts, sessions: Sessions, clock: Clock) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._clock = clock

    def show(self, principal: Principal) -> list[Session]:
        """Those that are good now: the present one first, then the last used."""
        return sorted(
            self._live(self._details(principal)),
            key=lambda one: (one.id == principal.session_id, one.last_used_at, one.id),
            reverse=True,
        )

    def end(self, principal: Principal, session_id: str) -> None:
        """From the next request on neither of its tokens is good. Raises `NotFoundError` for anybody else's."""
        if all(one.id != session_id for one in self._live(self._details(principal))):
            raise NotFoundError
        self._sessions.end(principal.user_id, session_id)

    def end_others(self, principal: Principal) -> None:
        """All but the present one, also one that was made meanwhile."""
        for _ in range(_TRIES):
            details = self._details(principal)
            others = [one for one in details.sessions if one.id != principal.session_id]
            if not others:
                return
            try:
                self._accounts.end_sessions(details.account, others, details.credentials)
            except StaleError:
                continue
            return
        raise BusyError

    def _details(self, principal: Principal) -> AccountDetails:
        details = self._accounts.details(principal.user_id)
        if details is None:
            raise UnauthenticatedError
        return details

    def _live(self, details: AccountDetails) -> list[Session]:
        now = self._clock()
        return [one for one in details.sessions if not one.is_over(now)]
