"""What a refusal is: one declaration with everything that people and programs are told, and the exception."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class NextStep:
    """A request that helps: `action` names it to programs."""

    action: str
    method: str
    href: str

    def as_dict(self) -> dict[str, str]:
        return {"action": self.action, "method": self.method, "href": self.href}


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """The one declaration of an error: what clients are answered, and what docs/errors.md says about it.

    `code` is stable; `detail` is the sentence of an error that has none of its own. `when` and `then` are for
    docs/errors.md: when it is answered, and what to do. `example` has the members that this problem carries besides
    the common ones (`TurnoutError.members`).
    """

    code: str
    status: HTTPStatus
    title: str
    detail: str
    when: str
    then: str
    next_step: NextStep | None = None
    example: Mapping[str, Any] = field(default_factory=dict)


class TurnoutError(Exception):
    """A refusal that a client is told. Each class declares its `problem`; `detail` may add the facts of the case."""

    problem: ClassVar[Problem]
    code: ClassVar[str] = "error"

    def __init_subclass__(cls, *, family: bool = False) -> None:
        """`family`: only its subclasses are raised. Raises `TypeError` for a class that declares no problem."""
        super().__init_subclass__()
        if family:
            return
        if "problem" not in vars(cls):
            raise TypeError(f"{cls.__name__} has no problem: declare its code, status, title, detail, when and then")
        cls.code = cls.problem.code

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail

    @property
    def sentence(self) -> str:
        """What happened, for a person to read."""
        return self.detail or self.problem.detail

    def members(self) -> dict[str, Any]:
        """What the problem document of this case carries besides the common members."""
        return {}


class ConflictError(TurnoutError, family=True):
    """The present state refuses what was asked."""


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing that is wrong in the request: where (a JSON pointer or a parameter name), a code, and the fix."""

    where: str
    code: str
    message: str
    in_query: bool = False

    def as_dict(self) -> dict[str, str]:
        return {"parameter" if self.in_query else "pointer": self.where, "code": self.code, "message": self.message}
