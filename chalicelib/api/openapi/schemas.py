"""Component schemas from the pydantic models: what bodies must be, and what answers are."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.api.openapi import examples

Schema = dict[str, Any]
REF = "#/components/schemas/{model}"
_MAPS = ("properties", "$defs")  # their keys are names, not keywords
_IGNORED = "Read-only: accepted and ignored, so that what was read can be sent back."


class Schemas:
    """Every schema of the document by its public name."""

    def __init__(self, bodies: Iterable[type[BaseModel]], answers: Iterable[type[BaseModel]]) -> None:
        wanted = {(model, "validation"): None for model in bodies} | {
            (model, "serialization"): None for model in answers
        }
        _, defined = models_json_schema(list(wanted), ref_template=REF)  # type: ignore[arg-type]
        self._all: dict[str, Schema] = {}
        for name, schema in defined["$defs"].items():
            self._all[public_name(name)] = self._cleaned(name, schema)

    def _cleaned(self, name: str, schema: Schema) -> Schema:
        made = _tidy(schema)
        if not name.endswith(("In", "Query")):
            made.pop("additionalProperties", None)  # clients have to bear with fields that come later
        if public_name(name) in examples.SCHEMAS:
            made["examples"] = [examples.SCHEMAS[public_name(name)]]
        return made

    def of(self, model: type[BaseModel]) -> Schema:
        """A reference to the model's schema."""
        return {"$ref": REF.format(model=public_name(model.__name__))}

    def properties(self, model: type[BaseModel]) -> Mapping[str, Schema]:
        found: Mapping[str, Schema] = self._all[public_name(model.__name__)].get("properties", {})
        return found

    def editable(self, body: type[BaseModel], answer: type[BaseModel], *, patch: bool) -> Schema:
        """The body of a PUT or PATCH: also takes what only answers have, and for PATCH nothing is required."""
        name = public_name(body.__name__)
        read_only = {
            field: {**deepcopy(schema), "readOnly": True, "description": _IGNORED}
            for field, schema in self.properties(answer).items()
            if field not in self.properties(body)
        }
        made = deepcopy(self._all[name])
        if patch:
            name = name.removesuffix("Request") + "Patch"
            made = _as_patch(made)
            made.pop("examples", None)
            if name in examples.SCHEMAS:
                made["examples"] = [examples.SCHEMAS[name]]
        made["properties"] |= read_only
        self._all[name] = made
        return {"$ref": REF.format(model=name)}

    def components(self, but: Iterable[type[BaseModel]]) -> dict[str, Schema]:
        """All of them by name, without those that only served to list parameters."""
        hidden = {public_name(model.__name__) for model in but}
        return {name: schema for name, schema in sorted(self._all.items()) if name not in hidden}


def public_name(name: str) -> str:
    """`EventOut` is Event, `SignUpIn` is SignUpRequest, `PageOut[EventOut]` is EventPage: names for generated clients."""
    page = re.fullmatch(r"PageOut[\[_](\w+?)Out[\]_]", name)
    if page:
        return f"{page[1]}Page"
    if name.endswith("In"):
        return name.removesuffix("In") + "Request"
    return name.removesuffix("Out")


def _as_patch(schema: Schema) -> Schema:
    """RFC 7396: every field may be left out, and null takes an optional one back to its default."""
    required = schema.pop("required", [])
    for name, field in schema["properties"].items():
        field.pop("default", None)
        variants = field.get("anyOf", [])
        if name in required or {"type": "null"} in variants:
            continue
        description = field.pop("description", None)
        schema["properties"][name] = {"anyOf": [field, {"type": "null"}]} | (
            {"description": description} if description else {}
        )
    schema["description"] = "What is left out stays as it is; null takes a field back to its default."
    return schema


def _tidy(schema: Any) -> Any:
    """Without the titles that repeat a name, with public names in references."""
    if isinstance(schema, list):
        return [_tidy(one) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made: Schema = {}
    for key, value in schema.items():
        if key in _MAPS:
            made[key] = {name: _tidy(one) for name, one in value.items()}
        elif key == "$ref":
            made[key] = REF.format(model=public_name(value.rpartition("/")[2]))
        elif key in {"default", "enum", "const", "examples"}:
            made[key] = value
        elif key != "title":
            made[key] = _tidy(value)
    return made
