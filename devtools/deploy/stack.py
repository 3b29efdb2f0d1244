"""A CloudFormation stack and what is done to it: changes are listed before they are made, and failures say why."""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from devtools.deploy.cloud import Cloud
from devtools.deploy.errors import DeployError

PAUSE_SECONDS = 3.0
LONGEST_SECONDS = 3 * 3600.0  # a shift of ten per cent every ten minutes alone takes 100 minutes
_EMPTY = ("didn't contain changes", "No updates are to be performed", "no changes")
_NEW = {"REVIEW_IN_PROGRESS"}  # listed once and never made
_GOOD = {"CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSetRequest:
    """What a stack is to be made of."""

    body: str = ""
    url: str = ""  # where the template lies that is too long for a body
    parameters: Mapping[str, str] = field(default_factory=dict)
    capabilities: Sequence[str] = ()
    role: str = ""
    tags: Sequence[Mapping[str, str]] = ()
    adopt: bool = False  # takes resources into the stack that are there already under their names, such as kept tables

    def arguments(self) -> dict[str, Any]:
        made: dict[str, Any] = {
            "Parameters": [{"ParameterKey": name, "ParameterValue": one} for name, one in self.parameters.items()],
            "Capabilities": list(self.capabilities),
            "Tags": list(self.tags),
            "ImportExistingResources": self.adopt,
        }
        made |= {"TemplateURL": self.url} if self.url else {"TemplateBody": self.body}
        return made | ({"RoleARN": self.role} if self.role else {})


@dataclass(frozen=True, slots=True)
class Change:
    """One resource that would be made, altered or removed."""

    action: str
    resource: str
    kind: str
    replaced: bool

    def __str__(self) -> str:
        return f"{self.action:<7}{self.kind:<42}{self.resource}{'  (made anew)' if self.replaced else ''}"


class Stack:
    """One stack of the cloud by its name."""

    def __init__(self, cloud: Cloud, name: str, pause: float = PAUSE_SECONDS) -> None:
        self.name = name
        self._api = cloud.client("cloudformation")
        self._pause = pause

    def _described(self) -> dict[str, Any] | None:
        try:
            found: dict[str, Any] = self._api.describe_stacks(StackName=self.name)["Stacks"][0]
        except ClientError as error:
            if "does not exist" in str(error):
                return None
            raise
        return None if found["StackStatus"] == "DELETE_COMPLETE" else found

    def is_there(self) -> bool:
        """Whether it was ever made: changes that were only listed make none."""
        found = self._described()
        return found is not None and found["StackStatus"] not in _NEW

    def outputs(self) -> dict[str, str] | None:
        """None where there is no such stack."""
        found = self._described()
        return None if found is None else {one["OutputKey"]: one["OutputValue"] for one in found.get("Outputs", [])}

    def propose(self, request: ChangeSetRequest) -> tuple[str, list[Change]]:
        """The change set's name and what it would do; nothing where everything is so already.

        Raises `DeployError` where CloudFormation refuses the request.
        """
        found = self._described()
        status = found["StackStatus"] if found else ""
        if status == "ROLLBACK_COMPLETE":
            raise DeployError(
                f"The first deployment of {self.name} failed, and nothing can be deployed over it: delete the stack. "
                "Tables that it made stay; `make deploy ADOPT=1` takes them."
            )
        if status.endswith("_IN_PROGRESS") and status not in _NEW | _GOOD:
            raise DeployError(f"{self.name} is being changed by somebody ({status}): wait, and try again.")
        kind = "CREATE" if not status or status in _NEW else "UPDATE"
        proposal = f"deploy-{time.time_ns()}"
        self._api.create_change_set(
            StackName=self.name, ChangeSetName=proposal, ChangeSetType=kind, **request.arguments()
        )
        made = self._settled(lambda: self._change_set(proposal), "Status", {"CREATE_PENDING", "CREATE_IN_PROGRESS"})
        if made["Status"] == "FAILED":
            self.withdraw(proposal)
            reason = made.get("StatusReason", "no reason is given")
            if any(sign in reason for sign in _EMPTY):
                return proposal, []
            raise DeployError(f"CloudFormation refuses the change of {self.name}: {reason}")
        return proposal, [_change(one["ResourceChange"]) for one in made.get("Changes", [])]

    def _change_set(self, proposal: str) -> dict[str, Any]:
        """All pages of it."""
        made: dict[str, Any] = self._api.describe_change_set(StackName=self.name, ChangeSetName=proposal)
        following = made.get("NextToken")
        while following:
            more = self._api.describe_change_set(StackName=self.name, ChangeSetName=proposal, NextToken=following)
            made["Changes"] = [*made.get("Changes", []), *more.get("Changes", [])]
            following = more.get("NextToken")
        return made

    def withdraw(self, proposal: str) -> None:
        """Nothing of the change set happens."""
        self._api.delete_change_set(StackName=self.name, ChangeSetName=proposal)

    def carry_out(self, proposal: str) -> dict[str, str]:
        """The outputs when all is done. Raises `DeployError` with the reasons of each resource that failed."""
        self._api.execute_change_set(StackName=self.name, ChangeSetName=proposal)
        done = self._settled(self._must_be_there, "StackStatus", set())
        if done["StackStatus"] not in _GOOD:
            reasons = self._reasons()
            raise DeployError("\n".join([f"{self.name} was not changed ({done['StackStatus']}):", *reasons]))
        return self.outputs() or {}

    def _must_be_there(self) -> dict[str, Any]:
        found = self._described()
        if found is None:
            raise DeployError(f"The stack {self.name} is gone.")
        return found

    def _settled(self, look: Callable[[], dict[str, Any]], status: str, pending: set[str]) -> dict[str, Any]:
        end = time.monotonic() + LONGEST_SECONDS
        while True:
            found = look()
            moves = found[status] in pending if pending else found[status].endswith("_IN_PROGRESS")
            if not moves or found[status] in _GOOD:
                return found
            if time.monotonic() > end:
                raise DeployError(f"{self.name} is still {found[status]} after three hours; look at it in the console.")
            time.sleep(self._pause)

    def _reasons(self) -> list[str]:
        events = self._api.describe_stack_events(StackName=self.name)["StackEvents"]
        return [
            f"- {one['LogicalResourceId']}: {one.get('ResourceStatusReason', one['ResourceStatus'])}"
            for one in reversed(events)
            if one["ResourceStatus"].endswith("_FAILED")
        ]


def _change(found: Mapping[str, Any]) -> Change:
    return Change(
        found["Action"],
        found["LogicalResourceId"],
        found["ResourceType"],
        found.get("Replacement") in {"True", "Conditional"},
    )
