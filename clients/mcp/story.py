"""`python story.py API KEY EVENT`: what an assistant does for its person, with the server beside this file."""

import asyncio
import json
import sys
from pathlib import Path
from typing import Any

from mcp import Client, StdioServerParameters

API, KEY, EVENT = sys.argv[1:4]
SERVER = str(Path(__file__).with_name("server.py"))


def assistant(key: str) -> Client:
    environ = {"TURNOUT_URL": API, "TURNOUT_API_KEY": key}
    return Client(StdioServerParameters(command=sys.executable, args=[SERVER], env=environ))


async def told(client: Client, tool: str, **arguments: Any) -> Any:
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert not result.is_error, content.text
    return json.loads(content.text)


async def refused(client: Client, tool: str, **arguments: Any) -> str:
    result = await client.call_tool(tool, arguments)
    [content] = result.content
    assert result.is_error, content.text
    return str(content.text)


async def with_a_key() -> None:
    async with assistant(KEY) as client:
        names = {one.name for one in (await client.list_tools()).tools}
        assert names == {"find_events", "show_event", "enrol", "my_places", "cancel_place"}, names
        event = await told(client, "show_event", event_id=EVENT)
        found = await told(client, "find_events", q=event["title"], page_size=5, has_spots=True)
        assert [one["id"] for one in found["results"]] == [EVENT], found

        place = await told(client, "enrol", event_id=EVENT, party_size=1)
        assert place["status"] == "confirmed", place
        again = await refused(client, "enrol", event_id=EVENT)
        assert again.startswith("already_enrolled: "), again
        assert "What to do: " in again, again
        mine = await told(client, "my_places")
        assert [one["id"] for one in mine["results"]] == [place["id"]], mine
        gone = await told(client, "cancel_place", enrollment_id=place["id"], note="The person is ill.")
        assert gone["status"] == "cancelled", gone

        wrong = await refused(client, "find_events", page_size=1000)
        assert wrong.startswith("invalid_request: "), wrong
        assert "page_size" in wrong, wrong
        assert "email is unknown" in await refused(client, "enrol", event_id=EVENT, email="ada@example.org")
        assert "event_id is missing" in await refused(client, "enrol")
        assert "find_events" in await refused(client, "pay")


async def without_a_key() -> None:
    async with assistant("") as client:
        assert (await told(client, "show_event", event_id=EVENT))["id"] == EVENT
        assert "What to do: " in await refused(client, "my_places")


if __name__ == "__main__":
    asyncio.run(with_a_key())
    asyncio.run(without_a_key())
