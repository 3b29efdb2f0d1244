"""`make admin EMAIL=...`: makes the owner of an address an admin, or ends it (--revoke). No route of the API does."""

import argparse
import sys
from collections.abc import Sequence
from datetime import datetime

from chalicelib.container import Container
from chalicelib.domain.accounts.account import Account, Role
from chalicelib.domain.accounts.audit import OPERATOR, Act, ActKind
from chalicelib.domain.shared.times import to_milliseconds
from chalicelib.services.shared.outcomes import StaleError
from chalicelib.store.accounts.admins import LastAdminError
from operations import target
from operations.target import Target, TargetError

_TRIES = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """The exit code; `arguments` None takes those of the process."""
    parser = argparse.ArgumentParser(prog="python -m operations.admins", description=__doc__)
    parser.add_argument("address", metavar="EMAIL", type=_address, help="of an account that has proven it")
    parser.add_argument("--revoke", action="store_true", help="end it instead")
    parser.add_argument("--dry-run", action="store_true", help="say what would be done, and do nothing")
    return target.run(parser, _work, arguments)


def _address(text: str) -> str:
    if "@" not in text:
        raise argparse.ArgumentTypeError(f"{text!r} is no e-mail address")
    return text


def _work(system: Target, options: argparse.Namespace) -> int:
    now = system.container.clock()
    said = run(system.container, options.address, now, revoke=options.revoke, dry_run=options.dry_run)
    sys.stdout.write(f"{said}\n")
    return 0


def run(container: Container, address: str, now: datetime, *, revoke: bool = False, dry_run: bool = False) -> str:
    """Do it, in force with the next request of every login; a line that says what was done. Raises `TargetError`.

    The change, the set of admins and the entry of the trail are one transaction.
    """
    for _ in range(_TRIES):
        user_id = container.store.accounts.user_id_of(email=address)
        details = container.store.accounts.details(user_id) if user_id else None
        if details is None:
            raise TargetError(f"{address} has no account: its owner signs up first.")
        account = details.account
        refusal = _why_not(account, revoke=revoke)
        if refusal:
            raise TargetError(refusal)
        if not _changes(container, account, revoke=revoke):
            return f"{account.id} is {'no' if revoke else 'an'} admin already."
        if dry_run:
            return f"{account.id} would become {'no' if revoke else 'an'} admin, with {len(details.sessions)} logins."
        act = _act(container, account, to_milliseconds(now), revoke=revoke)
        write = container.store.admins.revoke if revoke else container.store.admins.grant
        try:
            write(account, details.credentials, act)
        except StaleError:
            continue
        except LastAdminError:
            raise TargetError(f"{account.id} is the last admin: make somebody else one first.") from None
        return f"{account.id} is {'no' if revoke else 'an'} admin now."
    raise TargetError("The account changes all the time: try again.")


def _why_not(account: Account, *, revoke: bool) -> str:
    if revoke:
        return ""
    if not account.email_verified:
        return f"{account.id} has not proven the address."
    if account.disabled:
        return f"{account.id} is disabled: an admin enables it first."
    # An admin who is erased would be in the set for ever, and counted as the one who is left.
    return f"{account.id} is to be erased: its owner keeps it first, by a login." if account.erases_at else ""


def _changes(container: Container, account: Account, *, revoke: bool) -> bool:
    """Whether the role or the set of admins is not yet as it is to be."""
    return {Role.ADMIN in account.roles, container.store.admins.is_admin(account.id)} != {not revoke}


def _act(container: Container, account: Account, now: datetime, *, revoke: bool) -> Act:
    return Act(
        id=container.new_id(now),
        at=now,
        admin_id=OPERATOR,
        kind=ActKind.REVOKE_ADMIN if revoke else ActKind.GRANT_ADMIN,
        about=account.id,
    )


if __name__ == "__main__":
    sys.exit(main())
