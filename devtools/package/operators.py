"""The roles of operators in the template, made from the rows of `operations/rights.py`."""

import copy
from collections.abc import Iterable
from typing import Any

from devtools.package.template import Template
from operations.rights import BETWEEN, FINDING, RESTORED, ROLES, OperatorsRole, Right

_HERE = "${AWS::Region}:${AWS::AccountId}"
# A key of one's own is used through SSM, for the parameter of the ring.
_FOR_THE_RING = {
    "StringEquals": {
        "kms:ViaService": {"Fn::Sub": "ssm.${AWS::Region}.${AWS::URLSuffix}"},
        "kms:EncryptionContext:PARAMETER_ARN": {
            "Fn::Sub": f"arn:${{AWS::Partition}}:ssm:{_HERE}:parameter${{KeyRingParameter}}"
        },
    }
}


def with_operators(template: Template) -> Template:
    """A copy with a role for each command, its name among the outputs, and policies for what not every stage has."""
    made = copy.deepcopy(template)
    for role in ROLES:
        made["Resources"][role.name] = _role(role)
        made["Outputs"][role.name] = {
            "Description": f"Taken by operators for `{role.called}`.",
            "Value": {"Fn::GetAtt": [role.name, "Arn"]},
        }
        made["Resources"] |= _conditional(role)
        if any("ssm:GetParameter" in right.actions for right in role.rights):
            made["Resources"]["KeyRingDecryption"]["Properties"]["Roles"].append({"Ref": role.name})
    return made


def _role(role: OperatorsRole) -> dict[str, Any]:
    """Whoever the policies of the account let may take it; nobody has it by himself."""
    account = {"Fn::Sub": "arn:${AWS::Partition}:iam::${AWS::AccountId}:root"}
    statement = {"Effect": "Allow", "Principal": {"AWS": account}, "Action": "sts:AssumeRole"}
    always = [right for right in role.rights if not right.when]
    return {
        "Type": "AWS::IAM::Role",
        "Properties": {
            "Description": role.does,
            "MaxSessionDuration": role.hours * 3600,
            "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": [statement]},
            "Policies": [
                {"PolicyName": _dashed(role.command), "PolicyDocument": _policy([*FINDING, *always])},
            ],
        },
    }


def _conditional(role: OperatorsRole) -> dict[str, Any]:
    """A policy for each condition that some of the role's rights stand under."""
    conditions = dict.fromkeys(right.when for right in role.rights if right.when)
    return {
        f"{role.name}{when}": {
            "Type": "AWS::IAM::Policy",
            "Condition": when,
            "Properties": {
                "PolicyName": f"{_dashed(role.command)}-{when}",
                "Roles": [{"Ref": role.name}],
                "PolicyDocument": _policy([right for right in role.rights if right.when == when]),
            },
        }
        for when in conditions
    }


def _dashed(command: str) -> str:
    return command.replace("_", "-")


def _policy(rights: Iterable[Right]) -> dict[str, Any]:
    return {"Version": "2012-10-17", "Statement": [_statement(right) for right in rights]}


def _statement(right: Right) -> dict[str, Any]:
    made: dict[str, Any] = {"Effect": "Allow", "Action": list(right.actions), "Resource": [*map(_resource, right.on)]}
    if condition := _condition(right):
        made["Condition"] = condition
    return made


def _condition(right: Right) -> dict[str, Any]:
    if right.on == ("KeyRingKmsKey",):
        return _FOR_THE_RING
    made: dict[str, Any] = {}
    if right.keys:
        made["ForAllValues:StringLike"] = {"dynamodb:LeadingKeys": list(right.keys)}
    if right.attributes:
        made["ForAllValues:StringEquals"] = {"dynamodb:Attributes": list(right.attributes)}
    return made


def _resource(name: str) -> dict[str, Any]:
    """What IAM calls the thing of that name."""
    if name.endswith("Parameter"):
        return {"Fn::Sub": f"arn:${{AWS::Partition}}:ssm:{_HERE}:parameter${{{name}}}"}
    if name.startswith(RESTORED):
        table = name.removeprefix(RESTORED).removesuffix("Table").lower()
        return {"Fn::Sub": f"arn:${{AWS::Partition}}:dynamodb:{_HERE}:table/${{TablePrefix}}{BETWEEN}?*-{table}"}
    if name in {"AWS::StackId", "KeyRingKmsKey"}:
        return {"Ref": name}
    return {"Fn::GetAtt": [name, "Arn"]}
