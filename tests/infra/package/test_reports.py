"""What SES reports has one way: configuration set, topic, queue with dead letters, function."""

from typing import Any

from devtools.package.template import Template, of_type, referred

REPORTED = {"bounce", "complaint", "delivery"}
FEEDBACK = "FeedbackQueue"


def test_whoever_may_send_to_a_queue_or_topic_is_named_by_its_arn(template: Template) -> None:
    """Not only by its service: what arrives is believed."""
    open_to_others = {
        name
        for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy")
        for name, properties in of_type(template, kind).items()
        for statement in properties["PolicyDocument"]["Statement"]
        if not isinstance(statement.get("Principal"), dict)
        or not any("aws:SourceArn" in keys for keys in statement.get("Condition", {}).values())
    }

    assert open_to_others == set()


def destinations(template: Template) -> list[dict[str, Any]]:
    found = of_type(template, "AWS::SES::ConfigurationSetEventDestination").values()
    return [one["EventDestination"] for one in found]


def test_ses_reports_bounces_complaints_and_deliveries(template: Template) -> None:
    enabled = [one for one in destinations(template) if one.get("Enabled")]

    assert REPORTED - {kind for one in enabled for kind in one["MatchingEventTypes"]} == set()


def test_what_ses_reports_arrives_in_the_queue_of_feedback(template: Template) -> None:
    topics = {referred(one.get("SnsDestination", {}).get("TopicARN")) for one in destinations(template)}
    subscriptions = of_type(template, "AWS::SNS::Subscription").values()

    assert {referred(one["Endpoint"]) for one in subscriptions if referred(one["TopicArn"]) in topics} == {FEEDBACK}


def test_what_a_subscribed_queue_refuses_is_a_dead_letter(template: Template) -> None:
    subscriptions = of_type(template, "AWS::SNS::Subscription")

    assert {name for name, one in subscriptions.items() if "RedrivePolicy" not in one} == set()


def test_the_queue_of_feedback_takes_messages(template: Template) -> None:
    policies = of_type(template, "AWS::SQS::QueuePolicy").values()

    assert FEEDBACK in {referred(queue) for policy in policies for queue in policy["Queues"]}
