"""Requests of a collection (format v2.1), made of the operations of the document with its examples."""

import json
import re
from typing import Any

from devtools.clients import operations, resolved

# What can be sent as a file or as something else is sent as something else.
_BODIES = ("application/json", "application/merge-patch+json", "application/x-www-form-urlencoded", "text/csv")
_LANGUAGES = {"application/json": "json", "application/merge-patch+json": "json"}
Json = dict[str, Any]


class Requests:
    """What the document says of each operation, as Postman has it."""

    def __init__(self, document: Json) -> None:
        self._document = document
        self.by_id = {one["operationId"]: (verb, path, one) for verb, path, one in operations(document)}

    def request(self, operation_id: str) -> Json:
        """The request with examples; what may be left out is there and not ticked."""
        verb, path, operation = self.by_id[operation_id]
        found = [resolved(self._document, one) for one in operation["parameters"]]
        headers = [_pair(one) for one in found if one["in"] == "header"]
        made: Json = {
            "method": verb.upper(),
            "header": headers,
            "url": _url(path, found),
            "description": operation.get("description", ""),
        }
        media, sent = self._body(operation)
        if media:
            made["header"] = [{"key": "Content-Type", "value": media}, *headers]
            made["body"] = sent
        everybody = verb == "get" and {} in operation["security"]  # an empty bearer token is a wrong one
        if everybody or not any("bearerAuth" in one for one in operation["security"]):
            made["auth"] = {"type": "noauth"}
        return made

    def item(self, operation_id: str) -> Json:
        """The request with its name and an example of what it answers."""
        _, _, operation = self.by_id[operation_id]
        asked = self.request(operation_id)
        return {"name": operation["summary"], "request": asked, "response": self._answers(operation, asked)}

    def variables(self) -> dict[str, str]:
        """Every name in a path with its example: whoever sets one has it in all requests."""
        found = [resolved(self._document, one) for _, _, asked in self.by_id.values() for one in asked["parameters"]]
        return {one["name"]: str(one.get("example", "")) for one in found if one["in"] == "path"}

    def _body(self, operation: Json) -> tuple[str, Json]:
        content = resolved(self._document, operation.get("requestBody", {})).get("content", {})
        media = next((one for one in _BODIES if one in content), "")
        example = content.get(media, {}).get("example")
        if media == "application/x-www-form-urlencoded":
            fields = example if isinstance(example, dict) else {}
            pairs = [{"key": key, "value": str(value)} for key, value in fields.items()]
            return media, {"mode": "urlencoded", "urlencoded": pairs}
        return media, raw(example, _LANGUAGES.get(media, "text"))

    def _answers(self, operation: Json, asked: Json) -> list[Json]:
        for status, answer in operation["responses"].items():
            content = resolved(self._document, answer).get("content", {})
            for media, one in content.items():
                if status.startswith("2") and "example" in one:
                    text = one["example"] if isinstance(one["example"], str) else _pretty(one["example"])
                    return [
                        {
                            "name": f"{status} {answer.get('description', '')}".strip(),
                            "originalRequest": {"method": asked["method"], "header": [], "url": asked["url"]},
                            "code": int(status),
                            "header": [{"key": "Content-Type", "value": media}],
                            "body": text,
                        }
                    ]
        return []


def script(lines: list[str]) -> Json:
    return {"type": "text/javascript", "exec": lines}


def raw(value: Any, language: str = "json") -> Json:
    """A body as text; what is no text yet becomes JSON."""
    text = value if isinstance(value, str) else _pretty({} if value is None else value)
    return {"mode": "raw", "raw": text, "options": {"raw": {"language": language}}}


def _pretty(value: Any) -> str:
    return json.dumps(value, indent=2, ensure_ascii=False)


def _url(path: str, found: list[Json]) -> Json:
    asked = [_pair(one) for one in found if one["in"] == "query"]
    named = [one for one in found if one["in"] == "path"]
    parts = [re.sub(r"^\{(\w+)\}$", r":\1", part) for part in path.strip("/").split("/")]
    return {
        "raw": "{{base_url}}/" + "/".join(parts),
        "host": ["{{base_url}}"],
        "path": parts,
        "query": asked,
        "variable": [
            {"key": one["name"], "value": f"{{{{{one['name']}}}}}", "description": one.get("description", "")}
            for one in named
        ],
    }


def _pair(parameter: Json) -> Json:
    """A header or a part of the query; a value as it is written in an address."""
    value = parameter.get("example", "")
    return {
        "key": parameter["name"],
        "value": value if isinstance(value, str) else json.dumps(value).strip('"'),
        "description": parameter.get("description", ""),
        "disabled": not parameter.get("required", False),
    }
