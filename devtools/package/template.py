"""Read, complete and write the SAM template that Chalice and `template-infra/resources.yaml` make together."""

import copy
import re
from pathlib import Path
from typing import Any

import yaml

from devtools.libyaml import SafeLoader
from devtools.package.errors import PackageError
from devtools.package.runtime import Runtime

ANY_METHOD = "x-amazon-apigateway-any-method"
_INTEGRATION = "x-amazon-apigateway-integration"

Template = dict[str, Any]


class _PlainDumper(yaml.SafeDumper):
    """CloudFormation refuses YAML aliases, so equal parts are written out again."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - the signature is PyYAML's
        return True


class _IntrinsicLoader(SafeLoader):
    """Understands `!Ref`, `!Sub` and their kin, which stand in the merge template only."""


def _intrinsic(loader: _IntrinsicLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    name = suffix if suffix in {"Ref", "Condition"} else f"Fn::{suffix}"
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        value = value.split(".", 1) if suffix == "GetAtt" else value
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    return {name: value}


_IntrinsicLoader.add_multi_constructor("!", _intrinsic)


def load(path: Path) -> Template:
    """The template in `path` with every intrinsic in its long form; also reads the merge template itself."""
    if not path.is_file():
        raise PackageError(f"{path} does not exist; run `make package` first.")
    loaded = yaml.load(path.read_text(encoding="utf-8"), Loader=_IntrinsicLoader)  # noqa: S506 - a SafeLoader with intrinsics
    assert isinstance(loaded, dict)
    return loaded


def dump(template: Template) -> str:
    """The template as YAML that CloudFormation takes as it is."""
    return yaml.dump(template, Dumper=_PlainDumper, allow_unicode=True, width=110)


def of_type(template: Template, kind: str) -> dict[str, dict[str, Any]]:
    """Properties of every resource of `kind` by logical id."""
    return {
        name: resource.get("Properties", {})
        for name, resource in template["Resources"].items()
        if resource.get("Type") == kind
    }


def paths(template: Template) -> dict[str, dict[str, Any]]:
    """Every path of the HTTP API with its methods."""
    found: dict[str, dict[str, Any]] = template["Resources"]["RestAPI"]["Properties"]["DefinitionBody"]["paths"]
    return found


def with_any_method(template: Template) -> Template:
    """A copy whose every path also sends undeclared verbs and OPTIONS to the application.

    The gateway would answer them itself (403); ours are 405 with `Allow`, and preflight answers for several origins.
    """
    made = copy.deepcopy(template)
    for methods in paths(made).values():
        declared = next(methods[verb] for verb in sorted(methods) if _INTEGRATION in methods[verb])
        catch_all = {key: declared[key] for key in ("parameters", "responses", _INTEGRATION) if key in declared}
        methods[ANY_METHOD] = copy.deepcopy(catch_all)
    return made


def with_alias(template: Template, function: str = "APIHandler") -> Template:
    """A copy whose requests go to the version that the function's alias names, not to what was uploaded last."""
    made = copy.deepcopy(template)
    for methods in paths(made).values():
        for method in methods.values():
            integration = method.get(_INTEGRATION) if isinstance(method, dict) else None
            if integration:
                address = integration["uri"]["Fn::Sub"].replace(f"${{{function}.Arn}}", "${Live}")
                integration["uri"] = {"Fn::Sub": [address, {"Live": {"Ref": f"{function}.Alias"}}]}
    return made


def completed(template: Template) -> Template:
    """A copy with what neither Chalice nor a merge can say."""
    return with_alias(with_any_method(template))


def with_code(template: Template, address: str) -> Template:
    """A copy whose functions take their code from there (`s3://bucket/key`)."""
    made = copy.deepcopy(template)
    for properties in of_type(made, "AWS::Serverless::Function").values():
        properties["CodeUri"] = address
    return made


def with_table_names(template: Template, prefix: str) -> Template:
    """A copy that writes the names of its tables out: CloudFormation adopts only what is named without an intrinsic."""
    made = copy.deepcopy(template)
    for properties in of_type(made, "AWS::DynamoDB::Table").values():
        properties["TableName"] = properties["TableName"]["Fn::Sub"].replace("${TablePrefix}", prefix)
    return made


def for_runtime(template: Template, runtime: Runtime) -> Template:
    """A copy whose functions run on that Python and machine."""
    made = copy.deepcopy(template)
    for properties in of_type(made, "AWS::Serverless::Function").values():
        properties |= {"Runtime": runtime.name, "Architectures": [runtime.architecture]}
    return made


def referred(value: Any) -> str:
    """Logical id that an intrinsic names (`Ref`, `GetAtt`, a `Sub` that starts with one); empty for anything else."""
    if not isinstance(value, dict) or len(value) != 1:
        return ""
    (kind, argument), *_ = value.items()
    if kind == "Ref":
        return str(argument)
    if kind == "Fn::GetAtt":
        return str(argument[0])
    match = re.match(r"\$\{(\w+)[}.]", argument) if kind == "Fn::Sub" and isinstance(argument, str) else None
    return match.group(1) if match else ""
