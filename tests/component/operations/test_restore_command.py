"""`make restore`: five tables of one second, with what DynamoDB does not restore by itself."""

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from io import StringIO
from typing import Any

import botocore.session
import moto
import pytest
from rich.console import Console

from chalicelib.container import system_clock
from devtools.package import template as templates
from devtools.package.build import MERGED
from operations import prefixes
from operations.after_restore.__main__ import main as after_restore
from operations.restore.__main__ import main, restorings, run
from operations.restore.tables import Restoring
from operations.target import TargetError
from tests.support.citations import PROJECT
from tests.support.tables import create_table_requests

CLOUD = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test", "AWS_DEFAULT_REGION": "us-east-1"}
EXPIRING = {"turnout-due", "turnout-accounts"}


class Recorded:
    """Calls moto, and says what only DynamoDB does: of when tables are, and to when they can be put back."""

    def __init__(self, dynamo: Any) -> None:
        self._dynamo = dynamo
        self.restored: dict[str, datetime] = {}
        self.creating: list[str] = []  # looks at a table that find it unfinished

    def __getattr__(self, name: str) -> Any:
        return getattr(self._dynamo, name)

    def restore_table_to_point_in_time(self, **arguments: Any) -> Any:
        self.restored[arguments["TargetTableName"]] = arguments["RestoreDateTime"]
        self.creating.append(arguments["TargetTableName"])
        return self._dynamo.restore_table_to_point_in_time(**arguments)

    def describe_continuous_backups(self, **arguments: Any) -> Any:
        found = self._dynamo.describe_continuous_backups(**arguments)
        told = found["ContinuousBackupsDescription"]["PointInTimeRecoveryDescription"]
        if told["PointInTimeRecoveryStatus"] == "ENABLED":
            told["EarliestRestorableDateTime"] = system_clock() - timedelta(days=35)
            told["LatestRestorableDateTime"] = system_clock() - timedelta(minutes=5)
        return found

    def describe_table(self, **arguments: Any) -> Any:
        found, name = self._dynamo.describe_table(**arguments), arguments["TableName"]
        if name in self.restored:
            found["Table"]["RestoreSummary"] = {"RestoreDateTime": self.restored[name], "RestoreInProgress": False}
        if name in self.creating:
            self.creating.remove(name)
            found["Table"]["TableStatus"] = "CREATING"
        return found


@pytest.fixture
def dynamo(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorded]:
    for name, value in CLOUD.items():
        monkeypatch.setenv(name, value)
    with moto.mock_aws():
        made = botocore.session.get_session().create_client("dynamodb")
        for request in create_table_requests():
            made.create_table(**request)
            name = request["TableName"]
            recovery = {"PointInTimeRecoveryEnabled": True}
            made.update_continuous_backups(TableName=name, PointInTimeRecoverySpecification=recovery)
            if name in EXPIRING:
                expiry = {"AttributeName": "expires", "Enabled": True}
                made.update_time_to_live(TableName=name, TimeToLiveSpecification=expiry)
        made.put_item(TableName="turnout-due", Item={"pk": {"S": "a"}, "sk": {"S": "b"}})
        yield Recorded(made)


def tables() -> list[Restoring]:
    return restorings("turnout", "turnout--b", system_clock() - timedelta(hours=1))


def restore(dynamo: Recorded, wanted: list[Restoring], *, write: bool) -> tuple[int, str, list[float]]:
    text, slept = StringIO(), list[float]()
    code = run(dynamo, wanted, Console(file=text, width=200), write=write, sleep=slept.append)
    return code, text.getvalue(), slept


def test_a_dry_run_names_the_tables_and_makes_none(dynamo: Recorded) -> None:
    code, text, _ = restore(dynamo, tables(), write=False)

    assert code == 1
    assert "turnout-due would be restored as turnout--b-due." in text
    assert "5 of 5 tables are to be restored" in text
    assert len(dynamo.list_tables()["TableNames"]) == 5


def test_every_table_is_restored_with_expiry_recovery_and_protection(dynamo: Recorded) -> None:
    wanted = tables()

    code, _, slept = restore(dynamo, wanted, write=True)

    assert (code, len(slept)) == (0, 5), "each was waited for"
    assert dynamo.restored == {one.name: one.at for one in wanted}
    for one in wanted:
        expiry = dynamo.describe_time_to_live(TableName=one.name)["TimeToLiveDescription"]
        assert (expiry.get("AttributeName") == "expires") is (one.source in EXPIRING)
        backups = dynamo.describe_continuous_backups(TableName=one.name)["ContinuousBackupsDescription"]
        assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"
        assert dynamo.describe_table(TableName=one.name)["Table"]["DeletionProtectionEnabled"]
    assert dynamo.get_item(TableName="turnout--b-due", Key={"pk": {"S": "a"}, "sk": {"S": "b"}})["Item"]


def test_a_run_that_was_stopped_goes_on(dynamo: Recorded) -> None:
    wanted = tables()
    for one in wanted[:2]:
        one.begin(dynamo)
    wanted[0].finish(dynamo, lambda _: None)
    before = dict(dynamo.restored)

    assert "3 of 5 tables" in restore(dynamo, wanted, write=False)[1]
    assert restore(dynamo, wanted, write=True)[0] == 0
    assert restore(dynamo, wanted, write=False)[0] == 0

    assert before.items() <= dynamo.restored.items()
    assert len(dynamo.restored) == 5


def test_tables_of_another_second_or_of_somebody_else_are_left_alone(dynamo: Recorded) -> None:
    wanted = tables()
    wanted[0].begin(dynamo)
    dynamo.restored[wanted[0].name] -= timedelta(hours=1)

    for _ in range(2):
        with pytest.raises(TargetError, match=f"{wanted[0].name} is there, and not"):
            restore(dynamo, wanted, write=True)
        dynamo.restored.clear()  # not restored at all
    with pytest.raises(TargetError, match="is there, and not"):
        restore(dynamo, restorings("turnout", "turnout", wanted[0].at), write=True)

    assert len(dynamo.list_tables()["TableNames"]) == 6


def test_a_second_that_is_not_kept_is_refused_before_anything_is_begun(dynamo: Recorded) -> None:
    with pytest.raises(TargetError, match="can be put back to"):
        restore(dynamo, restorings("turnout", "turnout--b", system_clock() + timedelta(days=1)), write=True)
    off = {"PointInTimeRecoveryEnabled": False}
    dynamo.update_continuous_backups(TableName="turnout-seats", PointInTimeRecoverySpecification=off)
    with pytest.raises(TargetError, match="turnout-seats cannot be put back: its recovery is off"):
        restore(dynamo, tables(), write=True)

    assert dynamo.restored == {}


@pytest.mark.parametrize("main", [main, after_restore], ids=["restore", "after-restore"])
@pytest.mark.parametrize("to", ["Turnout_B", "turnout-", "turnout---b", "t", f"turnout--{'b' * 23}"])
def test_a_prefix_that_the_template_refuses_is_refused(
    to: str, main: Callable[[list[str]], int], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["--to", to, "--at", "2026-06-01T09:00:00Z"])

    assert "no prefix of tables" in capsys.readouterr().err


def test_prefixes_are_as_the_template_has_them() -> None:
    declared = templates.load(PROJECT / MERGED)["Parameters"]["TablePrefix"]

    assert (declared["AllowedPattern"], declared["MinLength"], declared["MaxLength"]) == (
        prefixes.PATTERN,
        prefixes.SHORTEST,
        prefixes.LONGEST,
    )


@pytest.mark.usefixtures("world")
@pytest.mark.parametrize("main", [main, after_restore], ids=["restore", "after-restore"])
@pytest.mark.parametrize("to", ["turnout", "turnout-b", "turnout-prod--b", "turnout--b--c", "other--b"])
def test_what_may_be_another_stages_is_refused(
    to: str, main: Callable[[list[str]], int], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The system that runs is the one of `world`, whose tables begin with `turnout`."""
    monkeypatch.setattr("operations.target.use_local", lambda _: None)

    assert main(["--to", to, "--at", "2026-06-01T09:00:00Z"]) == 1

    told = f"Tables restored from turnout are called turnout--<more>: {to} may be another stage's."
    assert told in capsys.readouterr().err
