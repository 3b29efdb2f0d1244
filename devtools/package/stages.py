"""Stages: the values of the template's parameters in `template-infra/params`, checked before anything is made."""

import difflib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from devtools.libyaml import SafeLoader
from devtools.package.build import MERGED
from devtools.package.errors import PackageError
from devtools.package.template import Template, load

PARAMS = Path("template-infra") / "params"
# Names that RFC 2606 keeps for examples: nobody can own them, so they stand for what is still to be filled in.
_EXAMPLE = re.compile(r"(^|[@./])example(\.(com|net|org))?$|\.(example|test|invalid)$", re.IGNORECASE)
_NAMES_OF_PEOPLE = ("MailFrom", "MailIdentity", "MailReplyTo", "AlarmAddress", "DomainName", "WebDomainName")


@dataclass(frozen=True, slots=True)
class Stage:
    """What a stage is deployed with; `values` are those of its file, `all_values` have the defaults of the others."""

    name: str
    values: Mapping[str, str]
    all_values: Mapping[str, str]

    @property
    def stack(self) -> str:
        """The name of the CloudFormation stack: the role that deploys it may touch what begins so."""
        return self.all_values["TablePrefix"]

    def examples(self) -> list[str]:
        """What its file still says as an example, one sentence each; with these nothing can be deployed."""
        return [
            f"{name}: {value} is an example; put your own into {PARAMS / self.name}.yaml"
            for name, value in self.values.items()
            if name in _NAMES_OF_PEOPLE and _EXAMPLE.search(value)
        ]


class _OnceLoader(SafeLoader):
    """A name that is given twice is a mistake: YAML itself would take the last one and say nothing."""


def _mapping(loader: _OnceLoader, node: yaml.MappingNode) -> dict[Any, Any]:
    names = [key.value for key, _ in node.value]
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise yaml.constructor.ConstructorError(None, None, f"{', '.join(sorted(twice))} is given twice")
    return loader.construct_mapping(node)


_OnceLoader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read(project: Path, name: str) -> Stage:
    """The stage of that name. Raises `PackageError` with everything that is wrong in its file, one line each."""
    file = project / PARAMS / f"{name}.yaml"
    if not file.is_file():
        there = ", ".join(sorted(one.stem for one in (project / PARAMS).glob("*.yaml"))) or "none"
        raise PackageError(f"STAGE={name}: there is no {PARAMS / file.name}; stages that have a file: {there}.")
    template = load(project / MERGED)
    values = _values(file)
    wrong = [*_complaints(template["Parameters"], values)]
    defaults = {key: _text(one["Default"]) for key, one in template["Parameters"].items() if "Default" in one}
    all_values = {**defaults, **values}
    wrong += [] if wrong else broken_rules(template, all_values)
    if wrong:
        raise PackageError("\n".join([f"{PARAMS / file.name} cannot be deployed:", *(f"- {one}" for one in wrong)]))
    return Stage(name, values, all_values)


def _values(file: Path) -> dict[str, str]:
    try:
        found = yaml.load(file.read_text(encoding="utf-8"), Loader=_OnceLoader)  # noqa: S506 - a SafeLoader
    except yaml.YAMLError as error:
        raise PackageError(f"{PARAMS / file.name} cannot be read: {' '.join(str(error).split())}.") from None
    if not isinstance(found, dict):
        raise PackageError(f"{PARAMS / file.name} must have one `Parameter: value` a line.")
    return {str(name): _text(value) for name, value in found.items()}


def _text(value: Any) -> str:
    """As CloudFormation has it: parameters are texts."""
    if isinstance(value, bool):
        return str(value).lower()
    return "" if value is None else str(value)


def _complaints(declared: Mapping[str, Mapping[str, Any]], values: Mapping[str, str]) -> Iterator[str]:
    for name in values.keys() - declared.keys():
        near = difflib.get_close_matches(name, declared, 1)
        yield f"{name} is no parameter of {MERGED}" + (f"; is {near[0]} meant?" if near else ".")
    for name, one in declared.items():
        if name not in values and "Default" not in one:
            yield f"{name} is missing: {one['Description']}"
        elif name in values and (why := _unfit(one, values[name])):
            yield f"{name}: {values[name]!r} {why}. {one['Description']}"


def _unfit(declared: Mapping[str, Any], value: str) -> str:
    """Why CloudFormation would not take the value; empty when it would."""
    if declared["Type"] == "Number" and not re.fullmatch(r"-?\d+(\.\d+)?", value):
        return "is not a number"
    allowed = [_text(one) for one in declared.get("AllowedValues", [value])]
    if value not in allowed:
        return f"is none of {', '.join(allowed)}"
    if not re.fullmatch(declared.get("AllowedPattern", ".*"), value, re.DOTALL):
        return f"does not look like {declared['AllowedPattern']}"
    return _beyond(declared, value)


def _beyond(declared: Mapping[str, Any], value: str) -> str:
    """Why it is too small or too large; empty when it is neither."""
    if "MinLength" in declared and len(value) < declared["MinLength"]:
        return f"has fewer than {declared['MinLength']} characters"
    if "MaxLength" in declared and len(value) > declared["MaxLength"]:
        return f"has more than {declared['MaxLength']} characters"
    if "MinValue" in declared and float(value) < declared["MinValue"]:
        return f"is less than {declared['MinValue']}"
    if "MaxValue" in declared and float(value) > declared["MaxValue"]:
        return f"is more than {declared['MaxValue']}"
    return ""


def broken_rules(template: Template, values: Mapping[str, str]) -> list[str]:
    """What the `Rules` of the template say against the values, as CloudFormation would."""
    return [
        one["AssertDescription"]
        for rule in template.get("Rules", {}).values()
        if "RuleCondition" not in rule or holds(rule["RuleCondition"], values)
        for one in rule["Assertions"]
        if not holds(one["Assert"], values)
    ]


def holds(condition: Mapping[str, Any], values: Mapping[str, str]) -> bool:
    """A condition of Equals, Not, And and Or over parameters. Raises `PackageError` for anything else."""
    (kind, parts), *more = condition.items()
    if not more and kind == "Fn::Equals":
        first, second = (values[one["Ref"]] if isinstance(one, dict) else _text(one) for one in parts)
        return bool(first == second)
    if not more and kind in {"Fn::Not", "Fn::And", "Fn::Or"}:
        found = [holds(one, values) for one in parts]
        return not found[0] if kind == "Fn::Not" else (all(found) if kind == "Fn::And" else any(found))
    raise PackageError(f"{MERGED} has a condition that cannot be judged here: {dict(condition)}.")
