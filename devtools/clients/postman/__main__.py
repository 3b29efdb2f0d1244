"""`python -m devtools.clients.postman [--check]`: write the collection of the document into clients/postman."""

import json
import sys
import uuid
from pathlib import Path

from devtools.clients import SOURCES, read
from devtools.clients.postman import story
from devtools.clients.postman.requests import Json, Requests
from devtools.generated_files import keep

TARGET = SOURCES / "postman" / "turnout.postman_collection.json"
_SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
_ABOUT = (
    "Set `base_url`; log in, or make an API key, and put it into `token`: requests that need a caller send it;"
    " what everybody may read is read without, until its authorization is set to inherit. Names in"
    " paths (`event_id`, ...) are variables of the collection, too. Parameters that may be left out are not ticked."
)
_KEPT = (
    *("olga_email", "olga_code", "olga_token", "paul_email", "paul_code", "paul_token"),
    *("story_signup_id", "story_title", "story_starts_at", "story_event_id", "story_enrollment_id", "story_confirm"),
)


def collection(document: Json) -> Json:
    """The collection of a document; the same for the same document."""
    requests = Requests(document)
    folders = [
        {
            "name": tag["name"],
            "description": tag.get("description", ""),
            "item": [requests.item(name) for name, (_, _, one) in requests.by_id.items() if tag["name"] in one["tags"]],
        }
        for tag in document["tags"]
    ]
    values = {"base_url": "http://127.0.0.1:8000", "mailbox_url": "http://127.0.0.1:8025", "token": ""}
    values |= requests.variables() | dict.fromkeys(_KEPT, "")
    info = document["info"]
    return {
        "info": {
            "_postman_id": str(uuid.uuid5(uuid.NAMESPACE_URL, info["title"])),
            "name": info["title"],
            "description": _ABOUT,
            "version": info["version"],
            "schema": _SCHEMA,
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [{"key": key, "value": value} for key, value in values.items()],
        "item": [story.folder(requests), *folders],
    }


def main(arguments: list[str] | None = None, target: Path = TARGET) -> int:
    def text() -> str:
        return json.dumps(collection(read()), indent=1, ensure_ascii=False) + "\n"

    return keep("devtools.clients.postman", __doc__, lambda: {target: text()}, arguments, command="make docs")


if __name__ == "__main__":
    sys.exit(main())
