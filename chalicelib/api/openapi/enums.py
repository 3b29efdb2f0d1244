"""Names for every set of values, so that generated clients have `EventStatus` and not `Status3`."""

from collections.abc import Mapping
from typing import Any

from chalicelib.api.documents.routes import ASSETS
from chalicelib.api.openapi.references import REF, Schema
from chalicelib.domain import errors

# What stands in several places with the same values is one set, whatever the field is called there.
NAMES: Mapping[tuple[str, ...], str] = {
    ("draft", "published", "cancelled"): "EventStatus",
    ("published", "cancelled"): "PublicEventStatus",
    ("published", "draft"): "NewEventStatus",
    ("draft", "published", "cancelled", "deleted"): "EnrolledEventStatus",
    ("starts_at", "-starts_at", "created_at", "-created_at", "title", "-title"): "EventOrdering",
    (
        "name",
        "-name",
        "created_at",
        "-created_at",
        "checked_in_at",
        "-checked_in_at",
        "status",
        "-status",
    ): "RosterOrdering",
    ("auto", "offer", "off"): "WaitlistMode",
    ("strict", "best_fit"): "PartyPolicy",
    ("confirmed", "pending", "waitlisted"): "EnrollmentOutcome",
    ("confirmed", "waitlisted", "checked_in", "not_checked_in"): "MessageSegment",
    ("bounce", "complaint"): "SuppressionReason",
    ("seeker", "facilitator"): "ChosenRole",
    (",", "comma", ";", "semicolon", "\t", "tab"): "CsvSeparator",
    tuple(ASSETS): "DocumentAsset",
    tuple(errors.PROBLEMS): "ProblemCode",
}
_HERE = "chalicelib/api/openapi/enums.py"
_BY_FIELD = {"kind": "MailKind"}  # a set that grows with every kind of mail
_INSIDE = ("items", "additionalProperties")
_SEVERAL = ("anyOf", "allOf", "oneOf")


class Enums:
    """Moves every set of values that stands in a field to a component of its own."""

    def __init__(self, schemas: Mapping[str, Schema]) -> None:
        declared = {tuple(one["enum"]): name for name, one in schemas.items() if "enum" in one}
        self._names = dict(NAMES) | declared
        if len(set(self._names.values())) < len(self._names):
            names = list(self._names.values())
            twice = sorted({name for name in names if names.count(name) > 1})
            raise LookupError(f"{twice} would be several sets of values: name them apart in {_HERE}")
        self.found: dict[str, Schema] = {}

    def named(self, schema: Schema, field: str = "") -> Schema:
        """The schema with references in the place of sets of values; raises `LookupError` for one without a name.

        What a condition (`if`, `else`) says of values is for validators, and stays as it is.
        """
        if "enum" in schema:
            return self._reference(schema, field)
        made: dict[str, Any] = dict(schema)
        if "properties" in made:
            made["properties"] = {name: self.named(one, name) for name, one in made["properties"].items()}
        for key in _INSIDE:
            if isinstance(made.get(key), dict):
                made[key] = self.named(made[key], field)
        for key in _SEVERAL:
            if key in made:
                made[key] = [self.named(one, field) for one in made[key]]
        return made

    def _reference(self, schema: Schema, field: str) -> Schema:
        values = tuple(schema["enum"])
        name = self._names.get(values) or _BY_FIELD.get(field)
        if name is None:
            raise LookupError(f"{values} of {field!r} needs a name in {_HERE}")
        self.found[name] = {"type": "string", "enum": list(values)}
        beside = {key: value for key, value in schema.items() if key not in {"type", "enum"}}
        return {"$ref": REF.format(model=name), **beside}
