"""What somebody does as an admin: it needs a fresh login, and leaves an entry of the trail beside what it writes."""

from datetime import datetime
from typing import Protocol, TypeVar

from chalicelib.domain.accounts.account import Principal, Role
from chalicelib.domain.accounts.audit import Act, ActKind, Reason
from chalicelib.domain.errors import FreshLoginRequiredError, NotFoundError
from chalicelib.services.shared.idempotency import Idempotency, Remember
from chalicelib.services.shared.paging import Slice

R = TypeVar("R")


class AuditTrail(Protocol):
    """Only added to; what is in it stays until its time is over."""

    def note(self, act: Act) -> None:
        """An act that writes nothing itself, such as a look at people's addresses."""

    def newest_first(self, *, start: str | None, forward: bool, limit: int) -> Slice[Act]:
        """Entries beyond the place `start`; `forward` leads to older ones."""


def stop_unless_admin(caller: Principal, now: datetime) -> None:
    """Raises `NotFoundError` to everybody else, `FreshLoginRequiredError` to an admin whose login is old."""
    if Role.ADMIN not in caller.roles:
        raise NotFoundError
    if not caller.is_fresh(now):
        raise FreshLoginRequiredError


def act_of(
    admin: Principal,
    kind: ActKind,
    about: str,
    *,
    now: datetime,
    act_id: str,
    request_id: str = "",
    reason: Reason | None = None,
    reference: str = "",
) -> Act:
    """The entry of what an admin is about to do. Raises `FreshLoginRequiredError`."""
    if not admin.is_fresh(now):
        raise FreshLoginRequiredError
    return Act(
        id=act_id,
        at=now,
        admin_id=admin.user_id,
        kind=kind,
        about=about,
        request_id=request_id,
        reason=reason,
        reference=reference,
    )


def left_behind(idempotency: Idempotency[R] | None, result: R, *acts: Act) -> Remember | None:
    """What the transaction of a result stores besides: the answer to its key, and the acts of an admin."""
    remember = idempotency.remember(result) if idempotency else None
    return with_acts(remember, *acts)


def with_acts(remember: Remember | None, *acts: Act) -> Remember | None:
    if not acts:
        return remember
    return Remember(remember.key, remember.answer, acts) if remember else Remember(acts=acts)
