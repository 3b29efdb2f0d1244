"""What SES answers, and what it means: refused for good, later, or nothing at all from this account."""

from typing import Any

import botocore.session
import pytest
from botocore.stub import ANY, Stubber

from chalicelib.mail.ses import SesMailer
from chalicelib.services.notifications.ports import (
    RenderedEmail,
    SendingPausedError,
    SendLaterError,
    SendRefusedError,
    SetUpError,
)

MESSAGE = RenderedEmail(to="ada@bücher.example", subject="s", text="t", html="h", headers={}, tags={"intent": "abc"})


UNVERIFIED = "Email address is not verified. The following identities failed the check in region EU-WEST-1"

SESSION = botocore.session.Session()  # reads the description of the service once


class StubbedMailer(SesMailer):
    """The real one, whose client answers what a test says."""

    def __init__(self, configuration_set: str = "") -> None:
        super().__init__("Turnout <no-reply@turnout.example>", "", configuration_set)
        made: Any = SESSION.create_client(
            "sesv2",
            "eu-west-1",
            aws_access_key_id="x",
            aws_secret_access_key="x",
        )
        self.stub = Stubber(made)
        self.stub.activate()
        self.__dict__["_client"] = made


def refused(code: str, words: str = "") -> type[Exception]:
    mailer = StubbedMailer()
    mailer.stub.add_client_error("send_email", code, words)
    with pytest.raises((SendRefusedError, SendLaterError)) as caught:
        mailer.send(MESSAGE)
    assert str(caught.value) == code
    return caught.type


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MessageRejected", "Virus found in message"),
        ("MessageRejected", "Message length is more than 10485760 bytes long: '11000000'."),
        ("BadRequestException", "Illegal address"),
        ("BadRequestException", "Missing final '@domain'"),
        ("BadRequestException", "Domain contains illegal character"),
        ("BadRequestException", "Local address contains control or whitespace"),
        ("BadRequestException", "Domain ends with dot"),
        ("BadRequestException", "Address length is more than 320 characters long"),
    ],
)
def test_what_is_wrong_with_the_message_is_refused_for_good(code: str, words: str) -> None:
    assert refused(code, words) is SendRefusedError


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("MessageRejected", f"{UNVERIFIED}: no-reply@turnout.example, ada@example.org"),
        ("MessageRejected", f"{UNVERIFIED}: virus@illegal-address.example"),  # what somebody is called says nothing
        ("MessageRejected", "Email address not verified ada@example.org"),
        ("MessageRejected", "Sending to this address is not authorized in the sandbox"),
        ("MessageRejected", ""),
        ("MessageRejected", "A sentence that SES begins to use tomorrow"),
        ("BadRequestException", "Invalid configuration set name <a b>."),
        ("BadRequestException", "Email address is not verified."),
        ("BadRequestException", "A sentence that SES begins to use tomorrow"),
        ("MailFromDomainNotVerifiedException", ""),
        ("NotFoundException", "Configuration set <turnout> does not exist."),
        ("AccessDeniedException", "User is not authorized to perform ses:SendEmail"),
    ],
)
def test_what_is_to_be_set_up_makes_mails_wait(code: str, words: str) -> None:
    assert refused(code, words) is SetUpError


@pytest.mark.parametrize("code", ["AccountSuspendedException", "SendingPausedException"])
def test_a_paused_account_takes_nothing(code: str) -> None:
    assert refused(code) is SendingPausedError


@pytest.mark.parametrize(
    "code",
    [
        "TooManyRequestsException",
        "LimitExceededException",
        "Throttling",
        "ServiceUnavailable",
        "InternalServiceErrorException",
        "ExpiredTokenException",
        "Something new",
    ],
)
def test_everything_else_is_tried_again(code: str) -> None:
    assert refused(code) is SendLaterError


def sent(mailer: StubbedMailer, **expected: Any) -> None:
    parameters = {
        "FromEmailAddress": "no-reply@turnout.example",
        "Destination": {"ToAddresses": ["ada@xn--bcher-kva.example"]},
        "Content": {"Raw": {"Data": ANY}},
        "EmailTags": [{"Name": "intent", "Value": "abc"}],
        **expected,
    }
    mailer.stub.add_response("send_email", {"MessageId": "m-1"}, parameters)
    assert mailer.send(MESSAGE) == "m-1"
    mailer.stub.assert_no_pending_responses()


def test_a_mail_names_its_intent_and_the_set_that_reports_about_it() -> None:
    sent(StubbedMailer("turnout"), ConfigurationSetName="turnout")


def test_without_a_configuration_set_none_is_named() -> None:
    sent(StubbedMailer())
