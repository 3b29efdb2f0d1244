"""One table put back to a second under another name, with what DynamoDB does not bring back by itself."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from botocore.exceptions import ClientError

from operations.target import TargetError

_PAUSE_SECONDS = 10.0
_ACTIVE = "ACTIVE"


class Dynamo(Protocol):
    """The part of DynamoDB that is needed."""

    def describe_table(self, **arguments: Any) -> Any: ...
    def describe_continuous_backups(self, **arguments: Any) -> Any: ...
    def describe_time_to_live(self, **arguments: Any) -> Any: ...
    def restore_table_to_point_in_time(self, **arguments: Any) -> Any: ...
    def update_time_to_live(self, **arguments: Any) -> Any: ...
    def update_continuous_backups(self, **arguments: Any) -> Any: ...
    def update_table(self, **arguments: Any) -> Any: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """A table, the second that it is put back to, and its new name. Every step may be repeated."""

    source: str
    name: str
    at: datetime

    def stop_unless_possible(self, dynamo: Dynamo) -> None:
        """Raises `TargetError` for a second that is not kept, and where a table of that name is of another one."""
        kept = _recovery(dynamo, self.source)
        first, last = kept.get("EarliestRestorableDateTime"), kept.get("LatestRestorableDateTime")
        if first is None or last is None:
            raise TargetError(f"{self.source} cannot be put back: its recovery is off.")
        if not first <= self.at <= last:
            span = f"{first:%Y-%m-%dT%H:%M:%SZ} until {last:%Y-%m-%dT%H:%M:%SZ}"
            raise TargetError(f"{self.source} can be put back to {span}.")
        found = _table(dynamo, self.name)
        made = found.get("RestoreSummary", {}).get("RestoreDateTime") if found else self.at
        if made is None or made.replace(microsecond=0) != self.at.replace(microsecond=0):
            raise TargetError(f"{self.name} is there, and not {self.source} of that second: choose another prefix.")

    def is_there(self, dynamo: Dynamo) -> bool:
        return _table(dynamo, self.name) is not None

    def begin(self, dynamo: Dynamo) -> None:
        """It then takes from minutes to hours, and goes on by itself."""
        if not self.is_there(dynamo):
            dynamo.restore_table_to_point_in_time(
                SourceTableName=self.source, TargetTableName=self.name, RestoreDateTime=self.at
            )

    def finish(self, dynamo: Dynamo, sleep: Callable[[float], None] = time.sleep) -> None:
        """Wait for it; then expiry, recovery and protection as the table has them that it was made from."""
        while (found := self._found(dynamo))["TableStatus"] != _ACTIVE:
            sleep(_PAUSE_SECONDS)
        expiry = dynamo.describe_time_to_live(TableName=self.source)["TimeToLiveDescription"]
        present = dynamo.describe_time_to_live(TableName=self.name)["TimeToLiveDescription"]
        if expiry.get("AttributeName") and not present.get("AttributeName"):
            specification = {"AttributeName": expiry["AttributeName"], "Enabled": True}
            dynamo.update_time_to_live(TableName=self.name, TimeToLiveSpecification=specification)
        days = _recovery(dynamo, self.source).get("RecoveryPeriodInDays")
        recovery = {"PointInTimeRecoveryEnabled": True, **({"RecoveryPeriodInDays": days} if days else {})}
        dynamo.update_continuous_backups(TableName=self.name, PointInTimeRecoverySpecification=recovery)
        if not found.get("DeletionProtectionEnabled"):
            dynamo.update_table(TableName=self.name, DeletionProtectionEnabled=True)

    def _found(self, dynamo: Dynamo) -> dict[str, Any]:
        found = _table(dynamo, self.name)
        if found is None:
            raise TargetError(f"{self.name} is gone: somebody has deleted it.")
        return found


def _table(dynamo: Dynamo, name: str) -> dict[str, Any] | None:
    try:
        found: dict[str, Any] = dynamo.describe_table(TableName=name)["Table"]
    except ClientError as error:
        if error.response["Error"]["Code"] == "ResourceNotFoundException":
            return None
        raise
    return found


def _recovery(dynamo: Dynamo, name: str) -> dict[str, Any]:
    described = dynamo.describe_continuous_backups(TableName=name)["ContinuousBackupsDescription"]
    found: dict[str, Any] = described.get("PointInTimeRecoveryDescription", {})
    return found
