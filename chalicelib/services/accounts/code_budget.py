"""How many codes are mailed to a mailbox, and how often they may be guessed at: by each network, and in all."""

from chalicelib.domain.accounts.account import fold_email, mailbox_of
from chalicelib.domain.shared.limits import RateLimits
from chalicelib.services.shared.rate_limits import Limiter, Scope, of_actor


class CodeBudget:
    """A network's own part, whoever has the address: no answer tells whether it is known."""

    def __init__(self, limiter: Limiter, limits: RateLimits) -> None:
        self._limiter = limiter
        self._limits = limits

    def sign_up(self, email: str, network: str, sign_up_id: str) -> None:
        """Every sign-up is mailed a code. Raises `TooManyRequestsError`."""
        address = fold_email(email)
        self._limiter.count_share(Scope.CODE_TO, self._limits.otp_a_day, target=mailbox_of(address), actor=network)
        # Two people of one network may sign up at once; but what is asked for again waits from here on.
        for asked in (sign_up_id, of_actor(address, network)):
            self._limiter.begin(Scope.CODE_INTERVAL, asked, self._limits.otp_interval)

    def allows_resend(self, email: str, network: str, sign_up_id: str | None) -> bool:
        """Who names a sign-up waits for no other's."""
        address, limiter, limits = fold_email(email), self._limiter, self._limits
        asked = sign_up_id or of_actor(address, network)
        return limiter.allows(Scope.CODE_INTERVAL, asked, limits.otp_interval) and limiter.allows_share(
            Scope.CODE_TO, limits.otp_a_day, target=mailbox_of(address), actor=network
        )

    def allows_reset(self, email: str, network: str) -> bool:
        """Mails with the key to a new password, as many as codes."""
        address, limiter, limits = fold_email(email), self._limiter, self._limits
        return limiter.allows(
            Scope.RESET_INTERVAL, of_actor(address, network), limits.otp_interval
        ) and limiter.allows_share(Scope.RESET_TO, limits.otp_a_day, target=mailbox_of(address), actor=network)

    def change(self, email: str, network: str, user_id: str) -> None:
        """A code to an address that an account wants to have. Raises `TooManyRequestsError`."""
        address, limiter, limits = fold_email(email), self._limiter, self._limits
        limiter.count(Scope.CODE_INTERVAL, of_actor(address, user_id), limits.otp_interval)
        limiter.count(Scope.CHANGE_BY, user_id, limits.changes_by)
        limiter.count_share(Scope.CODE_TO, limits.otp_a_day, target=mailbox_of(address), actor=network)

    def guess(self, email: str, network: str) -> None:
        """Raises `TooManyRequestsError`."""
        self._limiter.count(Scope.GUESS, of_actor(fold_email(email), network), self._limits.otp_guesses)

    def name_by_password(self, email: str, network: str) -> None:
        """Right or wrong, and whatever there is: otherwise it could be guessed at. Raises `TooManyRequestsError`."""
        self._limiter.count(Scope.SIGN_UP_NAMED, of_actor(fold_email(email), network), self._limits.otp_guesses)
