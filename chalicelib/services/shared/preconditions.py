"""What a request demands of the version of the thing that it changes (RFC 9110, section 13)."""

from dataclasses import dataclass

from chalicelib.domain.errors import PreconditionFailedError


@dataclass(frozen=True, slots=True, kw_only=True)
class Precondition:
    """`one_of`: versions, of which it must be one; None: any will do. `none_of`: versions that it must not be.

    Versions are compared as they are written: `01` is not `1`. `absent`: whatever it is, it must not be there.
    """

    one_of: frozenset[str] | None = None
    none_of: frozenset[str] = frozenset()
    absent: bool = False

    def is_met(self, version: str) -> bool:
        """Whether what is there, in this version, is what the request demands."""
        if self.one_of is not None and version not in self.one_of:
            return False
        return not self.absent and version not in self.none_of

    def stop_unless_met(self, version: int) -> None:
        """Raises `PreconditionFailedError`."""
        if not self.is_met(str(version)):
            raise PreconditionFailedError


UNCONDITIONAL = Precondition()
