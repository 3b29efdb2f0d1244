"""Reads `template-infra/resources.yaml`, the one definition of tables, queues and handlers, for local use."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from devtools.libyaml import SafeLoader
from devtools.local.errors import LocalError
from devtools.local.paths import PROJECT

PATH = PROJECT / "template-infra" / "resources.yaml"
REGION = "us-east-1"
ACCOUNT = "000000000000"
PSEUDO = {
    "AWS::Region": REGION,
    "AWS::AccountId": ACCOUNT,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
    "RestAPI": "local",  # no gateway runs here
}


class _Loader(SafeLoader):
    """CloudFormation's short forms become its long ones: `!Ref X` is `{"Ref": "X"}`."""


def _short_form(loader: _Loader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.MappingNode):
        value: Any = loader.construct_mapping(node, deep=True)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = node.value
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_form)


class Template:
    """Parameters and resources; `resolve` fills in references to what is already known."""

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, str]) -> None:
        defaults = {name: one.get("Default", "") for name, one in document.get("Parameters", {}).items()}
        self._known: dict[str, str] = {**PSEUDO, **defaults, **parameters}
        self._resources: dict[str, dict[str, Any]] = document.get("Resources", {})
        self._conditions: dict[str, Any] = document.get("Conditions", {})

    @classmethod
    def read(cls, parameters: Mapping[str, str], path: Path = PATH) -> "Template":
        try:
            # A subclass of the safe loader that only adds CloudFormation's tags.
            document = yaml.load(path.read_text(encoding="utf-8"), Loader=_Loader)  # noqa: S506
        except FileNotFoundError:
            raise LocalError(
                f"{path} is missing: it defines the tables and queues; restore it from version control."
            ) from None
        except yaml.YAMLError as error:
            raise LocalError(f"{path} is not valid YAML: {' '.join(str(error).split())}.") from None
        return cls(document, parameters)

    def learn(self, name: str, value: str) -> None:
        """A value that exists only after a resource was made: `Queue` (its URL) or `Queue.Arn`."""
        self._known[name] = value

    def of_type(self, kind: str) -> dict[str, dict[str, Any]]:
        """The properties, unresolved, of every resource of one type, by logical id."""
        return {name: one.get("Properties", {}) for name, one in self._resources.items() if one.get("Type") == kind}

    def handlers(self) -> dict[str, str]:
        """Dotted name of the plain function behind each Lambda function, by logical id."""
        found = {name: one.get("Properties", {}).get("Handler") for name, one in self._resources.items()}
        return {name: handler for name, handler in found.items() if handler}

    def environment(self) -> dict[str, str]:
        """The variables that the deployed functions get, as far as their values exist here."""
        variables: dict[str, str] = {}
        for one in self._resources.values():
            given = one.get("Properties", {}).get("Environment", {})
            for name, value in given.get("Variables", {}).items():
                variables[name] = str(self.resolve(value))
        return variables

    def resolve(self, node: Any) -> Any:
        """The node without Ref, GetAtt, Sub and If. Raises `LocalError` for what is unknown here."""
        if isinstance(node, list):
            return [self.resolve(one) for one in node]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            function, value = next(iter(node.items()))
            if function == "Ref" or function.startswith("Fn::"):
                return self._computed(function, value)
        return {name: self.resolve(value) for name, value in node.items()}

    def _computed(self, function: str, value: Any) -> Any:
        if function == "Ref":
            return self._value(value)
        if function == "Fn::GetAtt":
            return self._value(".".join(value))
        if function == "Fn::Sub":
            return self._substitute(value)
        if function == "Fn::If":
            name, then, otherwise = value
            return self.resolve(then if self._holds({"Condition": name}) else otherwise)
        raise LocalError(
            f"{PATH} uses {function} where the local stack reads it: only Ref, GetAtt, Sub and If work there."
        )

    def _holds(self, condition: Any) -> bool:
        """Whether a condition of the template is true with the parameters of the local stack."""
        [(function, value)] = condition.items()
        if function == "Condition":
            return self._holds(self._conditions[value])
        if function == "Fn::Not":
            return not self._holds(value[0])
        if function == "Fn::And":
            return all(self._holds(one) for one in value)
        if function == "Fn::Or":
            return any(self._holds(one) for one in value)
        if function == "Fn::Equals":
            left, right = (str(self.resolve(one)) for one in value)
            return left == right
        raise LocalError(f"{PATH} has a condition with {function}: only And, Or, Not and Equals work there.")

    def _value(self, name: str) -> str:
        if name not in self._known:
            raise LocalError(
                f"{PATH} refers to {name}, which the local stack does not make: use a parameter or a queue."
            )
        return self._known[name]

    def _substitute(self, text: Any) -> str:
        if isinstance(text, list):
            text, local = text
            text = _fill(text, lambda name: str(self.resolve(local[name])) if name in local else f"${{{name}}}")
        return _fill(text, self._value)


def _fill(text: str, value: Any) -> str:
    parts = text.split("${")
    filled = parts[0]
    for part in parts[1:]:
        name, _, rest = part.partition("}")
        filled += ("${" + name[1:] + "}" if name.startswith("!") else value(name)) + rest
    return filled
