"""A file of parameters is wrong in one sentence a mistake, before anything is packaged or deployed."""

import re
import shutil
from pathlib import Path

import pytest

from devtools.package import stages
from devtools.package.errors import PackageError
from tests.infra.conftest import PROJECT

GOOD = {"MailFrom": "no-reply@turnout.app", "MailIdentity": "turnout.app"}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copytree(PROJECT / "template-infra", tmp_path / "template-infra")
    return tmp_path


def written(project: Path, **values: object) -> stages.Stage:
    """The stage `new` with those values beside what it cannot do without."""
    text = "\n".join(f"{name}: '{value}'" for name, value in {**GOOD, **values}.items() if value is not None)
    return wrote(project, text)


def wrote(project: Path, text: str) -> stages.Stage:
    (project / stages.PARAMS / "new.yaml").write_text(text, encoding="utf-8")
    return stages.read(project, "new")


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_the_files_of_the_project_are_right(name: str) -> None:
    stage = stages.read(PROJECT, name)

    assert stage.stack == f"turnout-{name}"
    assert stage.all_values["KeyRingParameter"] == f"/turnout/{name}/key-ring"


def test_a_stage_has_its_values_and_the_defaults_of_the_rest(project: Path) -> None:
    stage = written(project, RateLimit=50)

    assert stage.values == {**GOOD, "RateLimit": "50"}
    assert (stage.all_values["RateLimit"], stage.all_values["BurstLimit"], stage.stack) == ("50", "1000", "turnout")


def test_texts_are_as_cloudformation_has_them(project: Path) -> None:
    stage = wrote(project, "MailFrom: a@turnout.app\nMailIdentity: turnout.app\nGradualShift: true\nAlarmAddress:\n")

    assert (stage.values["GradualShift"], stage.values["AlarmAddress"]) == ("true", "")


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"RateLimits": 5}, "RateLimits is no parameter of .*; is RateLimit meant?"),
        ({"Colour": "red"}, "Colour is no parameter of template-infra/resources.yaml[.]"),
        ({"MailFrom": None}, "MailFrom is missing: Sender address"),
        ({"MailRate": 15}, "MailRate: '15' is none of 1, 5, 14"),
        ({"RateLimit": "many"}, "RateLimit: 'many' is not a number"),
        ({"RateLimit": 0}, "RateLimit: '0' is less than 1"),
        ({"RecoveryDays": 36}, "RecoveryDays: '36' is more than 35"),
        ({"TablePrefix": "Turnout"}, "TablePrefix: 'Turnout' does not look like"),
        ({"TablePrefix": "turnout-"}, "TablePrefix: 'turnout-' does not look like"),
        ({"TablePrefix": "turnout---b"}, "TablePrefix: 'turnout---b' does not look like"),
        ({"TablePrefix": "t"}, "TablePrefix: 't' has fewer than 2 characters"),
        ({"TablePrefix": "t" * 32}, "TablePrefix: 't{32}' has more than 31 characters"),
        ({"AlarmAddress": "nobody"}, "AlarmAddress: 'nobody' does not look like"),
        ({"SnapStart": "yes"}, "SnapStart: 'yes' is none of None, PublishedVersions"),
        ({"WebAclArn": "arn:aws:wafv2:eu-west-1:1:global/webacl/a/b"}, "WebAclArn: .* does not look like"),
        ({"DomainName": "api.turnout.app"}, "DomainName needs CertificateArn(?s:.*)DomainName needs PublicUrl"),
        ({"HostedZoneId": "Z1"}, "HostedZoneId .* needs DomainName"),
        ({"SnapStart": "PublishedVersions", "ProvisionedConcurrency": 2}, "exclude each other"),
        ({"AlarmTopic": "arn:aws:sns:a:b:c", "AlarmAddress": "a@turnout.app"}, "AlarmTopic or to AlarmAddress"),
    ],
)
def test_a_mistake_is_one_sentence(project: Path, values: dict[str, object], said: str) -> None:
    with pytest.raises(PackageError, match=said) as refused:
        written(project, **values)
    assert str(refused.value).startswith("template-infra/params/new.yaml cannot be deployed:\n- ")


def test_all_mistakes_are_told_at_once(project: Path) -> None:
    with pytest.raises(PackageError) as refused:
        written(project, MailRate=2, RateLimit="x", Colour="red")
    assert len(re.findall("^- ", str(refused.value), re.MULTILINE)) == 3


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("MailFrom: a@turnout.app\nMailFrom: b@turnout.app\n", "MailFrom is given twice"),
        ("a: [1", "cannot be read"),
        ("- a\n", "one `Parameter: value` a line"),
        ("", "one `Parameter: value` a line"),
    ],
)
def test_a_file_that_is_none_is_one_sentence(project: Path, text: str, said: str) -> None:
    with pytest.raises(PackageError, match=said):
        wrote(project, text)


def test_a_stage_without_a_file_is_told_which_there_are() -> None:
    with pytest.raises(PackageError, match=r"STAGE=staging: there is no .*staging\.yaml; .*: dev, prod"):
        stages.read(PROJECT, "staging")


def test_a_condition_that_cannot_be_judged_is_no_silence() -> None:
    with pytest.raises(PackageError, match="cannot be judged"):
        stages.holds({"Fn::Contains": [["a"], "a"]}, {})


@pytest.mark.parametrize("name", ["dev", "prod"])
def test_what_stands_as_an_example_is_named(name: str) -> None:
    assert any(one.startswith("MailFrom: ") for one in stages.read(PROJECT, name).examples())


def test_what_somebody_can_own_is_no_example(project: Path) -> None:
    assert written(project, AlarmAddress="on-call@examples.app", ProductName="Example").examples() == []
