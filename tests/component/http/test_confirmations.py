"""What has to be confirmed names the request that confirms it: who follows `next_step` needs to know nothing else."""

from typing import Any

import pytest

from tests.support.builders import a_person, enrolled
from tests.support.problems import problem
from tests.support.stories.sample import ENDPOINTS, name
from tests.support.world import World

REQUESTS: dict[str, tuple[str, Any, int]] = {
    "POST /events/{event_id}/cancel": ("cancel_event", None, 200),
    "DELETE /events/{event_id}": ("delete_event", None, 204),
    "POST /events/{event_id}/messages": (
        "send_message",
        {"segment": "confirmed", "subject": "Hello", "body": "Bring it."},
        202,
    ),
}


def test_these_are_all_requests_that_have_to_be_confirmed() -> None:
    asked = {name(endpoint) for endpoint in ENDPOINTS if endpoint.query and "confirm" in endpoint.query.model_fields}

    assert asked == set(REQUESTS)


@pytest.mark.parametrize("operation", REQUESTS)
def test_the_next_step_is_the_same_request_with_its_confirmation(operation: str) -> None:
    action, body, status = REQUESTS[operation]
    method, path = operation.split()
    with World() as world:
        olga = a_person(world)
        event = world.an_event(olga.token)
        enrolled(world, event, a_person(world))
        url = path.format(event_id=event["id"])

        asked = problem(world.send(method, url, body, token=olga.token), 409, "confirmation_required")
        step = asked["next_step"]
        done = world.send(step["method"], step["href"], body, token=olga.token)

    assert step == {"action": action, "method": method, "href": f"{url}?confirm={asked['confirm']}"}
    assert done.status == status, done.text
