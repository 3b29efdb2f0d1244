"""What must be true of addresses, whatever crashed while they changed."""

from collections import Counter
from typing import Any

from chalicelib.domain.accounts.account import Claims, fold_email
from tests.simulation.world import SimWorld


def _rows(world: SimWorld, kind: str) -> dict[str, dict[str, Any]]:
    rows = world.db.snapshot_all("turnout-accounts")
    return {row["pk"]["S"].split("#", 1)[1]: row for row in rows if row["sk"]["S"] == kind}


def names_agree(world: SimWorld) -> list[str]:
    """Every address leads to the account that carries it, and to nobody who is not there."""
    accounts, guests = _rows(world, "account"), _rows(world, "attendee")
    rows = world.db.snapshot_all("turnout-accounts")
    names = {
        row["pk"]["S"]: row["user_id"]["S"] for row in rows if row["pk"]["S"].startswith("email#") and "user_id" in row
    }
    wanted = {f"email#{fold_email(row['email']['S'])}": user_id for user_id, row in accounts.items()}
    found = [f"{name} does not lead to its account" for name, user_id in wanted.items() if names.get(name) != user_id]
    if len(wanted) < len(accounts):
        found.append("two accounts have one address")
    for name, user_id in names.items():
        if user_id in accounts and wanted.get(name) != user_id:
            found.append(f"{name} leads to an account that has another address")
        if user_id not in accounts.keys() | guests.keys():
            found.append(f"{name} leads nowhere")
    return found


def addresses_agree(world: SimWorld, ada: Claims, bob: Claims, password: str) -> list[str]:
    """Nobody has an address whose mails they do not read, or a password that its reader did not choose."""
    accounts = _rows(world, "account")
    found = [] if accounts[bob.user_id]["email"]["S"] == "bob@example.org" else ["a stranger has the address"]
    if ada.user_id not in accounts:
        found.append("an account is gone")
    others = [row for user_id, row in accounts.items() if user_id not in {ada.user_id, bob.user_id}]
    return found + [
        f"an account has {row['password_hash']['S']!r}"
        for row in others
        if row["password_hash"]["S"] != f"hash of {password}"
    ]


def all_told(world: SimWorld) -> list[str]:
    """Every address that was left was told, whatever crashed."""
    rows = world.db.snapshot_all("turnout-accounts")
    left = Counter(row["email"]["S"] for row in rows if row["sk"]["S"].startswith("former#"))
    told = Counter(mail.to for mail in world.mailer.sent if "e-mail address of your" in mail.subject)
    return [
        f"{email} was told {told[email]} times of {number} changes"
        for email, number in left.items()
        if told[email] < number
    ]


def edits_kept(world: SimWorld, claims: Claims, acknowledged: int) -> list[str]:
    """What was answered with success is not undone by a change of the address."""
    name = _rows(world, "account")[claims.user_id]["first_name"]["S"]
    kept = int(name) if name.isdigit() else 0
    return [f"edit {acknowledged} was lost: {name!r}"] if kept < acknowledged else []
