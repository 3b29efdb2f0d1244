"""The link in an invitation's mail: it shows the invitation and declines it, and accepts nothing by itself.

Accepting needs an account that has proven the invited address: whoever gets hold of the mail gets nowhere.
"""

from dataclasses import dataclass

from chalicelib.services.shared.ports import Macs

PURPOSE = "team-link"
_BETWEEN = ":"


@dataclass(frozen=True, slots=True)
class InvitationKey:
    """Which invitation a good link is about."""

    mailbox: str
    member_id: str


class TeamLinks:
    """`base` is the API's own address: the page is one of its own."""

    def __init__(self, macs: Macs, base: str) -> None:
        self._macs = macs
        self._base = base

    def token(self, mailbox: str, member_id: str) -> str:
        return self._macs.sign(PURPOSE, f"{mailbox}{_BETWEEN}{member_id}".encode())

    def url(self, mailbox: str, member_id: str) -> str:
        return f"{self._base}/team-invitations/{self.token(mailbox, member_id)}"

    def read(self, token: str) -> InvitationKey | None:
        """None for everything that `token` did not make."""
        signed = self._macs.open(PURPOSE, token)
        if signed is None:
            return None
        mailbox, _, member_id = signed.decode().partition(_BETWEEN)
        return InvitationKey(mailbox, member_id)
