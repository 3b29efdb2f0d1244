"""The reader of the CloudFormation template that defines what a laptop gets, too."""

from pathlib import Path

import pytest

from devtools.local.errors import LocalError
from devtools.local.provision import template
from devtools.local.template import Template

DOCUMENT = """
Parameters:
  Prefix: {Type: String, Default: turnout}
Resources:
  Queue:
    Type: AWS::SQS::Queue
    Properties:
      QueueName: !Sub '${Prefix}-mail'
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Dead.Arn, maxReceiveCount: 5}
  Dead: {Type: AWS::SQS::Queue, Properties: {QueueName: !Sub ['${Prefix}-${Kind}', {Kind: dead}]}}
  Worker:
    Properties:
      Handler: chalicelib.workers.mail.handle
      Environment: {Variables: {QUEUE_URL: !Ref Queue, LITERAL: !Sub '${!Prefix} ${AWS::Region}'}}
  Odd: {Type: AWS::Odd, Properties: {Name: !Join ["-", [b, c]]}}
"""


@pytest.fixture
def small(tmp_path: Path) -> Template:
    path = tmp_path / "resources.yaml"
    path.write_text(DOCUMENT, encoding="utf-8")
    return Template.read({"Prefix": "other"}, path)


def test_parameters_replace_their_defaults_in_names(small: Template) -> None:
    names = [small.resolve(one["QueueName"]) for one in small.of_type("AWS::SQS::Queue").values()]

    assert names == ["other-mail", "other-dead"]


def test_what_exists_only_after_it_was_made_can_be_learned(small: Template) -> None:
    small.learn("Dead.Arn", "arn:dead")

    redrive = small.resolve(small.of_type("AWS::SQS::Queue")["Queue"])["RedrivePolicy"]
    assert redrive == {"deadLetterTargetArn": "arn:dead", "maxReceiveCount": 5}


def test_the_environment_of_the_functions_is_resolved(small: Template) -> None:
    small.learn("Queue", "http://queue")

    assert small.environment() == {"QUEUE_URL": "http://queue", "LITERAL": "${Prefix} us-east-1"}
    assert small.handlers() == {"Worker": "chalicelib.workers.mail.handle"}


@pytest.mark.parametrize(
    ("logical_id", "sentence"), [("Queue", "Dead.Arn, which the local stack does not make"), ("Odd", "uses Fn::Join")]
)
def test_what_cannot_be_resolved_is_named(small: Template, logical_id: str, sentence: str) -> None:
    kind = "AWS::SQS::Queue" if logical_id == "Queue" else "AWS::Odd"
    with pytest.raises(LocalError, match=sentence):
        small.resolve(small.of_type(kind)[logical_id])


def test_a_missing_or_broken_template_is_one_sentence(tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("a: [", encoding="utf-8")

    with pytest.raises(LocalError, match=r"missing\.yaml is missing"):
        Template.read({}, tmp_path / "missing.yaml")
    with pytest.raises(LocalError, match="is not valid YAML") as raised:
        Template.read({}, broken)
    assert "\n" not in str(raised.value)


def test_the_projects_own_template_has_five_tables_queues_with_dead_letters_and_three_handlers() -> None:
    found = template(table_prefix="mine")

    tables = {found.resolve(one["TableName"]) for one in found.of_type("AWS::DynamoDB::Table").values()}
    assert tables == {f"mine-{name}" for name in ("events", "seats", "enrollments", "due", "accounts")}
    queues = {found.resolve(one["QueueName"]) for one in found.of_type("AWS::SQS::Queue").values()}
    assert {"mine-mail", "mine-mail-dead", "mine-jobs", "mine-jobs-dead"} <= queues
    assert {"SendMail", "RunJob", "Tick"} <= set(found.handlers())
