"""Each check of what SES reports fails where a report could be lost or made up, and names it."""

import re

import pytest

from devtools.package.template import Template
from tests.infra.mistakes import Check, Mistakes, Spoil, cases, drop, found, put, resource, unproven
from tests.infra.package import test_reports as checks


def anybody_reports(template: Template) -> None:
    """The queue takes what any topic of any account sends."""
    del resource(template, "FeedbackQueuePolicy")["PolicyDocument"]["Statement"][0]["Condition"]


def any_topic_of_ours(template: Template) -> None:
    statement = resource(template, "FeedbackQueuePolicy")["PolicyDocument"]["Statement"][0]
    statement["Condition"] = {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}}


def any_set_publishes(template: Template) -> None:
    del resource(template, "MailReportsTopicPolicy")["PolicyDocument"]["Statement"][0]["Condition"]["StringEquals"][
        "aws:SourceArn"
    ]


MISTAKES: Mistakes = {
    checks.test_whoever_may_send_to_a_queue_or_topic_is_named_by_its_arn: {
        "reports from anybody": (anybody_reports, "FeedbackQueuePolicy"),
        "reports from any topic": (any_topic_of_ours, "FeedbackQueuePolicy"),
        "any set publishes": (any_set_publishes, "MailReportsTopicPolicy"),
    },
    checks.test_ses_reports_bounces_complaints_and_deliveries: {
        "no complaints": (
            put("MailReports", "EventDestination", "MatchingEventTypes", value=["bounce", "delivery"]),
            "complaint",
        ),
        "reports switched off": (put("MailReports", "EventDestination", "Enabled", value=False), "bounce"),
    },
    checks.test_what_ses_reports_arrives_in_the_queue_of_feedback: {
        "reports that go nowhere": (drop("FeedbackSubscription"), "FeedbackQueue"),
        "reports to another queue": (
            put("FeedbackSubscription", "Endpoint", value={"Fn::GetAtt": ["MailQueue", "Arn"]}),
            "MailQueue",
        ),
    },
    checks.test_what_a_subscribed_queue_refuses_is_a_dead_letter: {
        "reports that are lost": (drop("FeedbackSubscription", "Properties", "RedrivePolicy"), "FeedbackSubscription"),
    },
    checks.test_the_queue_of_feedback_takes_messages: {
        "a queue that takes none": (
            put("FeedbackQueuePolicy", "Queues", value=[{"Ref": "FeedbackDeadLetters"}]),
            "FeedbackQueue",
        ),
    },
}


@pytest.mark.parametrize(("check", "spoil", "named"), cases(MISTAKES))
def test_a_mistake_fails_its_check_and_is_named(template: Template, check: Check, spoil: Spoil, named: str) -> None:
    assert re.search(named, found(template, check, spoil), re.DOTALL)


def test_every_check_finds_a_mistake() -> None:
    assert unproven(checks, MISTAKES) == set()
