"""The main story on the packaged stack: the zip, the template, the queues and the roles' functions, as deployed."""

import json
import re
from typing import Any

import pytest

from tests.deployed.stage import PUBLIC_URL, Stage, commands
from tests.e2e.client import Client
from tests.e2e.site import Site, eventually
from tests.e2e.test_main_story import (  # noqa: F401 - the same stories, on another site
    signed_up,
    test_a_draft_is_seen_by_its_owner_until_it_is_published_and_deleting_it_tells_everybody,
    test_a_guest_enrols_confirms_by_the_mailed_link_and_signs_up_later,
    test_a_login_ends_with_its_logout_and_its_refresh_token_lives_once,
    test_an_enrolment_is_sent_again_with_its_key_and_is_answered_as_before,
    test_from_sign_up_to_the_cancelled_event,
)
from tests.support.problems import problem

BOUNCED = "bounce+turnout@simulator.amazonses.com"


def asked(method: str, path: str, **headers: str) -> dict[str, Any]:
    """A request as the gateway hands it to the function."""
    return {
        "resource": path,
        "path": path,
        "httpMethod": method,
        "headers": headers,
        "multiValueHeaders": {name: [value] for name, value in headers.items()},
        "queryStringParameters": None,
        "multiValueQueryStringParameters": None,
        "pathParameters": None,
        "stageVariables": None,
        "body": None,
        "isBase64Encoded": False,
        "requestContext": {
            "resourcePath": path,
            "httpMethod": method,
            "path": f"/api{path}",
            "stage": "api",
            "domainName": "example.execute-api.us-east-1.amazonaws.com",
            "requestId": "asked-directly",
            "identity": {"sourceIp": "192.0.2.1"},
        },
    }


def live(stage: Stage) -> str:
    return f"{stage.outputs['APIHandlerName']}:live"


def test_the_page_leads_from_an_empty_account_to_an_address(stage: Stage) -> None:
    assert [line.split()[1] for line in commands()] == ["account", "keys", "package", "deploy", "deploy"]
    assert "of which none was made (DRY_RUN)" in stage.printed["make deploy STAGE=dev DRY_RUN=1"]
    assert stage.outputs["ApiUrl"].startswith("https://")


def test_it_answers_and_names_itself_as_the_stage_says(site: Site) -> None:
    with site.client() as client:
        assert client.get("/health").status == 200
        document = client.get("/openapi.json")
        assert document.json["servers"][0]["url"] == PUBLIC_URL


def test_there_is_no_second_stage(stage: Stage) -> None:
    with Client(stage.endpoint_url) as client:
        url = f"/restapis/{stage.outputs['RestAPIId']}/Stage/_user_request_/health"
        assert client.get(url).status >= 400


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_an_undeclared_verb_is_a_problem_of_the_application(stage: Stage, method: str) -> None:
    """The engine would answer by itself; the template sends it to the function."""
    answer = stage.call(live(stage), asked(method, "/events"))

    assert answer["statusCode"] == 405
    assert json.loads(answer["body"])["code"] == "method_not_allowed"
    allowed = {name.lower(): value for name, value in answer["headers"].items()}["allow"]
    assert {"GET", "POST"} <= set(re.split(r",\s*", allowed))


def test_a_preflight_is_answered_by_the_application(stage: Stage) -> None:
    headers = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}
    answer = stage.call(live(stage), asked("OPTIONS", "/events", **headers))

    found = {name.lower(): value for name, value in answer["headers"].items()}
    assert answer["statusCode"] in {200, 204}
    assert found["access-control-allow-origin"] == "*"
    assert "POST" in found["access-control-allow-methods"]


def test_a_mail_that_bounces_is_seen_at_its_enrollment(site: Site) -> None:
    """By a notice of SES in the queue, in the envelope of SNS."""
    with site.client() as olga:
        signed_up(site, olga, "Olga")
        event = site.an_event(olga, title="Felting", capacity=3)
        assert olga.post(f"/events/{event['id']}/enrollments", {"name": "Bo", "email": BOUNCED}).status == 201

        def state() -> bool:
            [entry] = olga.get(f"/events/{event['id']}/enrollments").json["results"]
            return bool(entry["mail"]["state"] == "bounced")

        eventually(lambda: state() or None, "The report")


def test_a_full_event_moves_up_who_waits_and_text_finds_it(site: Site) -> None:
    with site.client() as olga, site.client() as paul:
        signed_up(site, olga, "Olga")
        paul_is = signed_up(site, paul, "Paul")
        event = site.an_event(olga, title="Kintsugi for beginners", capacity=1)
        url = f"/events/{event['id']}/enrollments"
        first = olga.post(url, {}).json["id"]
        problem(paul.post(url, {}), 409, "event_full")
        assert paul.post(url, {"waitlist": True}).json["status"] == "waitlisted"

        assert olga.post(f"/enrollments/{first}/cancel").status == 200

        eventually(
            lambda: any("Kintsugi" in one for one in site.subjects(paul_is.email)) or None,
            "What Paul is told of his turn",
        )
        found = eventually(lambda: olga.get("/events?q=kintsugi").json["results"], "The event in the index")
        assert [one["id"] for one in found] == [event["id"]]


def test_a_tick_runs_in_its_own_function(stage: Stage) -> None:
    from devtools.local.provision import client

    names = [one["FunctionName"] for one in client("lambda", stage.endpoint_url).list_functions()["Functions"]]
    (tick,) = [name for name in names if "-Tick-" in name]

    assert isinstance(stage.call(tick, {"source": "aws.events"}), dict)
