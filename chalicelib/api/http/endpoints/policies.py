"""What a route declares about its callers: who may call, and what others may keep of an answer."""

from enum import Enum


class Auth(Enum):
    """Who may call.

    ADMIN: signed in a moment ago as an admin; to everybody else who is signed in, nothing is there.
    DEFERRED: signed in, and the use case reads the session together with everything else. GUEST: the same, or nobody.
    """

    PUBLIC = "public"
    OPTIONAL = "optional"
    USER = "user"
    ADMIN = "admin"
    DEFERRED = "deferred"
    GUEST = "guest"

    @property
    def is_optional(self) -> bool:
        return self in {Auth.OPTIONAL, Auth.GUEST}

    @property
    def is_deferred(self) -> bool:
        """Whether the use case reads the session, and the answer to an Idempotency-Key, by itself."""
        return self in {Auth.DEFERRED, Auth.GUEST}


class Cache(Enum):
    """What others may keep of an answer to an anonymous caller; with a token it is always private."""

    NONE = "no-store"
    SHORT = "public, max-age=5"
    MINUTES = "public, max-age=300"
