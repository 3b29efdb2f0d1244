"""Under what an invited address is known: a keyed digest, so that neither a key nor a team has the address."""

from chalicelib.domain.accounts.account import fold_email
from chalicelib.services.shared.ports import Macs

PURPOSE = "team"


def mailboxes_of(macs: Macs, address: str) -> list[str]:
    """One for every key of the ring, the newest first."""
    return macs.every(PURPOSE, fold_email(address))
