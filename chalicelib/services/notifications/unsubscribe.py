"""Unsubscribing: a signed link in every mail that nobody has to take, good without a login and for nothing else."""

from collections.abc import Callable
from dataclasses import dataclass

from chalicelib.domain.accounts.account import Principal
from chalicelib.domain.errors import NotFoundError
from chalicelib.domain.notifications.email_preferences import Category, Mailbox
from chalicelib.domain.shared.mail_budget import Charge, Line
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.accounts.ports import Accounts
from chalicelib.services.notifications.ports import Mailboxes
from chalicelib.services.shared.ports import Clock, Macs

PURPOSE = "unsubscribe"
_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class Refusal:
    """What the bearer of a link does not want any more, and where: the address itself is not in the link."""

    category: Category
    mailbox: str


@dataclass(frozen=True, slots=True)
class Subscription:
    """Whether mails of a category are wanted at the address of a link, and whether any mail is sent to it at all."""

    category: Category
    is_wanted: bool
    is_suppressed: bool = False


class UnsubscribeLinks:
    """`mailbox_of` names the mailbox of an address without telling it.

    `base` is the API's own address: mailbox providers send their POST there by themselves (RFC 8058).
    """

    def __init__(self, macs: Macs, mailbox_of: Callable[[str], str], base: str) -> None:
        self._macs = macs
        self._mailbox_of = mailbox_of
        self._base = base

    def url(self, category: Category, address: str) -> str:
        """Where this address gets rid of mails of this category."""
        return f"{self._base}/unsubscribe/{self.token(category, address)}"

    def not_me_url(self, charge: Charge | None, address: str) -> str:
        """Where the reader of a mail about what somebody else did in their name ends all such mails, else nothing."""
        return self.url(Category.BY_OTHERS, address) if charge and charge.line is Line.UNASKED else ""

    def token(self, category: Category, address: str) -> str:
        return self._macs.sign(PURPOSE, f"{category}{_BETWEEN}{self._mailbox_of(address)}".encode())

    def read(self, token: str) -> Refusal | None:
        """What the token refuses, or None for everything that `token` did not make."""
        signed = self._macs.open(PURPOSE, token)
        if signed is None:
            return None
        category, _, mailbox = signed.decode().partition(_BETWEEN)
        return Refusal(Category(category), mailbox)


class Preferences:
    """What somebody wants to be sent, whether they say it by a link or as the owner of an account."""

    def __init__(self, mailboxes: Mailboxes, accounts: Accounts, links: UnsubscribeLinks, clock: Clock) -> None:
        self._mailboxes = mailboxes
        self._accounts = accounts
        self._links = links
        self._clock = clock

    def subscription(self, token: str) -> Subscription:
        """What a link is about, as it is; nothing is changed. Raises `NotFoundError`."""
        refusal = self._refusal(token)
        return self._seen(refusal)

    def refuse(self, token: str) -> Subscription:
        """No more of them; again is the same. Raises `NotFoundError`."""
        refusal = self._refusal(token)
        self._mailboxes.mute(refusal.mailbox, refusal.category, to_milliseconds(self._clock()))
        return self._seen(refusal)

    def want_again(self, token: str) -> Subscription:
        """Undo it, by the same link; again is the same. Raises `NotFoundError`."""
        refusal = self._refusal(token)
        self._mailboxes.unmute(refusal.mailbox, refusal.category, to_milliseconds(self._clock()))
        return self._seen(refusal)

    def _seen(self, refusal: Refusal) -> Subscription:
        mailbox = self._mailboxes.by_mac(refusal.mailbox)
        return Subscription(
            refusal.category,
            is_wanted=refusal.category not in mailbox.muted,
            is_suppressed=mailbox.suppressed is not None,
        )

    def _refusal(self, token: str) -> Refusal:
        refusal = self._links.read(token)
        if refusal is None:
            raise NotFoundError("This link is not complete, or no longer good.")
        return refusal

    def show(self, principal: Principal) -> Mailbox:
        return self._mailboxes.get(self._address(principal), consistent=True)

    def choose(self, principal: Principal, muted: frozenset[Category]) -> Mailbox:
        """All categories at once: what is not muted is wanted (again)."""
        address = self._address(principal)
        self._mailboxes.choose(address, muted, to_milliseconds(self._clock()))
        return self._mailboxes.get(address, consistent=True)

    def _address(self, principal: Principal) -> str:
        account = self._accounts.by_ids([principal.user_id]).get(principal.user_id)
        if account is None:
            raise NotFoundError
        return account.email
