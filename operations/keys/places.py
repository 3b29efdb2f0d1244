"""Where a key ring is: the parameter of a stage, or the file of the system that `make run` starts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

import botocore.session

from chalicelib.security.keyring import KeyRing

NEVER = datetime(1970, 1, 1, tzinfo=UTC)


class Place(Protocol):
    @property
    def name(self) -> str: ...

    def read(self) -> tuple[KeyRing | None, datetime]:
        """The ring, if there is one, and when it was changed last."""

    def write(self, ring: KeyRing) -> None: ...


@dataclass(frozen=True, slots=True)
class File:
    """Read once when the local system starts."""

    path: Path

    @property
    def name(self) -> str:
        return str(self.path)

    def read(self) -> tuple[KeyRing | None, datetime]:
        if not self.path.is_file():
            return None, NEVER
        text = self.path.read_text(encoding="ascii").strip()
        return KeyRing.parse(text), datetime.fromtimestamp(self.path.stat().st_mtime, UTC)

    def write(self, ring: KeyRing) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        part = self.path.with_name(f"{self.path.name}.part")
        part.touch(mode=0o600)
        part.write_text(ring.text(), encoding="ascii")
        part.replace(self.path)


class Parameter:
    """A SecureString of SSM. `kms_key` encrypts a new one; one that is there keeps its key."""

    def __init__(self, name: str, kms_key: str = "", client: Any = None) -> None:
        self.name = name
        self._kms_key = kms_key
        self._client: Any = client or botocore.session.get_session().create_client("ssm")

    def read(self) -> tuple[KeyRing | None, datetime]:
        try:
            found = self._client.get_parameter(Name=self.name, WithDecryption=True)["Parameter"]
        except self._client.exceptions.ParameterNotFound:
            return None, NEVER
        return KeyRing.parse(found["Value"]), found["LastModifiedDate"]

    def write(self, ring: KeyRing) -> None:
        key = self._kms_key or self._key_in_use()
        chosen = {"KeyId": key} if key else {}
        self._client.put_parameter(Name=self.name, Value=ring.text(), Type="SecureString", Overwrite=True, **chosen)

    def _key_in_use(self) -> str:
        """Without it, writing would go back to the account's own key.

        Read in the history, because describing parameters is a right to see all of the account.
        """
        versions: list[dict[str, Any]] = []
        following: dict[str, str] = {}
        while True:
            try:
                page = self._client.get_parameter_history(Name=self.name, **following)
            except self._client.exceptions.ParameterNotFound:
                return ""
            versions += page["Parameters"]
            if not page.get("NextToken"):
                return str(max(versions, key=lambda one: int(one["Version"])).get("KeyId", ""))
            following = {"NextToken": page["NextToken"]}
