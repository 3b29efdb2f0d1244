"""Component schemas from the pydantic models: what bodies must be, and what answers are."""

import re
from collections.abc import Iterable, Mapping
from copy import deepcopy
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from chalicelib.api.openapi import examples
from chalicelib.api.openapi.enums import Enums
from chalicelib.api.openapi.references import REF, Schema

_MAPS = ("properties", "$defs")  # their keys are names, not keywords
_READ_ONLY = {
    "status": "Changes through POST /events/{event_id}/publish and /cancel; any other than the present is refused.",
}
_IGNORED = "Read-only: accepted and ignored, so that what was read can be sent back."


class Schemas:
    """Every schema of the document by its public name."""

    def __init__(self, bodies: Iterable[type[BaseModel]], answers: Iterable[type[BaseModel]]) -> None:
        wanted = {(model, "validation"): None for model in bodies} | {
            (model, "serialization"): None for model in answers
        }
        _, defined = models_json_schema(list(wanted), ref_template=REF)  # type: ignore[arg-type]
        self._all: dict[str, Schema] = {}
        self._edited: dict[str, Schema] = {}
        for name, schema in defined["$defs"].items():
            self._all[public_name(name)] = self._cleaned(name, schema)
        for model in answers:
            _forget_defaults(self._all[public_name(model.__name__)])
        self.enums = Enums(self._all)

    def _cleaned(self, name: str, schema: Schema) -> Schema:
        made: Schema = _tidy(schema)
        if not name.endswith(("In", "Query")):
            made.pop("additionalProperties", None)  # clients have to bear with fields that come later
        return _conditional(made)

    def of(self, model: type[BaseModel]) -> Schema:
        """The model's schema as the content of a message, with its example."""
        return _content(public_name(model.__name__))

    def properties(self, model: type[BaseModel]) -> Mapping[str, Schema]:
        found: Mapping[str, Schema] = self._all[public_name(model.__name__)].get("properties", {})
        return found

    def editable(self, body: type[BaseModel], answer: type[BaseModel], *, patch: bool) -> Schema:
        """The body of a PUT or PATCH: also takes what only answers have, and for PATCH nothing is required."""
        name = public_name(body.__name__)
        made = deepcopy(self._all[name])
        if patch:
            name = name.removesuffix("Request") + "Patch"
            made = _as_patch(made)
        for field, schema in self.properties(answer).items():
            if field not in made["properties"]:
                note = {"readOnly": True, "description": _READ_ONLY.get(field, _IGNORED)}
                made["properties"][field] = deepcopy(schema) | note
        self._edited[name] = made
        return _content(name)

    def form(self, body: type[BaseModel]) -> Schema:
        """The same fields as an HTML form sends them: it can leave one out, and it cannot say null."""
        name = public_name(body.__name__)
        made = deepcopy(self._all[name])
        for field, schema in made["properties"].items():
            made["properties"][field] = _without_null(schema)
        name = f"{name.removesuffix('Request')}Form"
        self._edited[name] = made
        return _content(name)

    def components(self, but: Iterable[type[BaseModel]], more: Mapping[str, Schema]) -> dict[str, Schema]:
        """All of them by name, without those that only served to list parameters."""
        hidden = {public_name(model.__name__) for model in but}
        found = {name: one for name, one in (self._all | self._edited | dict(more)).items() if name not in hidden}
        found = {name: _agreeing(name, one) for name, one in found.items()}
        named = {name: one if "enum" in one else self.enums.named(one) for name, one in found.items()}
        return dict(sorted((named | self.enums.found).items()))


def public_name(name: str) -> str:
    """Names for generated clients: `EventOut` is Event, `SignUpIn` SignUpRequest, `PageOut[EventOut]` EventPage."""
    page = re.fullmatch(r"PageOut[\[_](\w+?)Out[\]_]", name)
    if page:
        return f"{page[1]}Page"
    if name.endswith("In"):
        return name.removesuffix("In") + "Request"
    return name.removesuffix("Out")


def _content(name: str) -> Schema:
    found = {"schema": {"$ref": REF.format(model=name)}}
    return found | ({"example": examples.CONTENT[name]} if name in examples.CONTENT else {})


def _agreeing(name: str, schema: Schema) -> Schema:
    """The schema with each field's example from that of the whole: a request made of them all is a good one."""
    made = deepcopy(schema)
    for field, declared in made.get("properties", {}).items():
        example = examples.of_field(name, field)
        if example is None:
            continue
        for place in (declared, *declared.get("anyOf", ())):
            place.pop("examples", None)
        declared["examples"] = [example]
    return made


def _forget_defaults(schema: Schema) -> None:
    """An answer says what is so; defaults are for what is sent."""
    for field in schema.get("properties", {}).values():
        field.pop("default", None)


def _conditional(schema: Schema) -> Schema:
    """One of two combinations of fields as a condition, which says the same to validators.

    Generators take alternatives beside `properties` for all that there is, and lose the other fields; they read past
    conditions.
    """
    if "properties" not in schema:
        return schema
    made = dict(schema)
    if "anyOf" in made:
        first, second = made.pop("anyOf")
        return made | {"if": first, "else": second}
    if "oneOf" in made:
        first, second = made.pop("oneOf")
        return made | {"if": first, "then": {"not": second}, "else": second}
    return made


def _as_patch(schema: Schema) -> Schema:
    """RFC 7396: every field may be left out, and null takes an optional one back to its default."""
    required = schema.pop("required", [])
    for name, field in schema["properties"].items():
        field.pop("default", None)
        if name not in required and {"type": "null"} not in field.get("anyOf", []):
            schema["properties"][name] = _or_null(field)
    note = "What is left out stays as it is; null takes a field back to its default."
    return schema | {"description": note}


def _or_null(field: Schema) -> Schema:
    outside = {key: field.pop(key) for key in ("description", "examples", "writeOnly") if key in field}
    return {"anyOf": [field, {"type": "null"}]} | outside


def _without_null(field: Schema) -> Schema:
    kinds = [kind for kind in field.get("anyOf", []) if kind != {"type": "null"}]
    if len(kinds) != 1:
        return field
    made: Schema = kinds[0] | {key: value for key, value in field.items() if key not in {"anyOf", "default"}}
    return made


def _tidy(schema: Any) -> Any:
    """Without the titles that repeat a name, with public names in references."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    made: Schema = {}
    for key, value in schema.items():
        if key == "default" and value is None:
            continue  # what may be left out and may be null is null then; generators would make the field required
        if key in _MAPS:
            made[key] = {name: _tidy(member) for name, member in value.items()}
        elif key == "$ref":
            made[key] = REF.format(model=public_name(value.rpartition("/")[2]))
        elif key in {"default", "enum", "const", "examples", "oneOf"}:
            made[key] = value
        elif key != "title":
            made[key] = _tidy(value)
    return made
