"""Hand a package over and deploy it as a stage."""

import hashlib
import json
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from devtools.deploy import web
from devtools.deploy.cloud import Cloud, tags
from devtools.deploy.errors import DeployError
from devtools.deploy.stack import ChangeSetRequest, Stack
from devtools.package import stages
from devtools.package import template as templates
from devtools.package.build import Package, where
from devtools.package.infra import Tools
from devtools.package.lint import ACCOUNT
from devtools.package.stages import Stage
from operations.rights import BETWEEN

ACCOUNT_STACK = "turnout-account"


@dataclass(frozen=True, slots=True)
class Shared:
    """What `template-infra/account.yaml` has made in this account and region."""

    bucket: str
    role: str


def say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def deploy(project: Path, name: str, *, dry_run: bool = False, local: bool = False, adopt: bool = False) -> None:
    """Deploy what `make package STAGE=name` has made, and print where it is.

    `adopt`: take tables into the stack that are there already, kept by one that was deleted, or restored.
    `local`: to the local engine, which neither knows SAM nor all that AWS makes (docs/deploy.md).
    Raises `DeployError` or `PackageError` before anything is touched where it cannot work.
    """
    stage, package = ready(project, name)
    cloud = Cloud()
    shared = shared_by_stages(cloud)
    stop_unless_restored(Stack(cloud, stage.stack), adopt=adopt)
    store = Store(cloud, shared.bucket, stage.name)
    template = templates.with_code(templates.load(package.template), store.put(package.zip.read_bytes(), "zip"))
    template = templates.with_table_names(template, stage.stack) if adopt else template
    made = _made_here(Tools(project), template, stage) if local else templates.dump(template)
    request = ChangeSetRequest(
        url=store.address(store.put(made.encode(), "template")),
        parameters=stage.all_values,
        capabilities=("CAPABILITY_IAM",) if local else ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"),
        role=shared.role,
        tags=tags(stage.name),
        adopt=adopt,
    )
    outputs = _carry_out(Stack(cloud, stage.stack), request, dry_run=dry_run)
    if not dry_run:
        say(web.upload(cloud, project, outputs["WebBucket"], outputs["ApiUrl"]))


def ready(project: Path, name: str) -> tuple[Stage, Package]:
    """The stage and its package. Raises `DeployError` where one of them is not what is to be deployed."""
    stage, package = stages.read(project, name), where(project)
    if examples := stage.examples():
        raise DeployError("\n".join([f"The stage {name} is not yours yet:", *(f"- {one}" for one in examples)]))
    if not package.zip.is_file() or not package.parameters.is_file():
        raise DeployError(f"There is no package: run `make package STAGE={name}`.")
    if json.loads(package.parameters.read_text(encoding="utf-8")) != dict(stage.values):
        raise DeployError(
            f"The package in {package.template.parent} is of another stage or of other parameters: "
            f"run `make package STAGE={name}`."
        )
    return stage, package


def stop_unless_restored(stack: Stack, *, adopt: bool) -> None:
    """Raises `DeployError` for a new stage with a name of restored tables: operators of another one may write those."""
    of, between, _ = stack.name.rpartition(BETWEEN)
    if between and not adopt and not stack.is_there():
        raise DeployError(
            f"{stack.name} is what tables restored from {of} are called: `make deploy ADOPT=1` takes them. "
            "A stage that begins anew has single hyphens only in its TablePrefix."
        )


def shared_by_stages(cloud: Cloud) -> Shared:
    """Raises `DeployError` where the account is not prepared."""
    made = Stack(cloud, ACCOUNT_STACK).outputs() or {}
    if not {"ArtifactsBucket", "StacksRole"} <= made.keys():
        raise DeployError(
            f"The stack {ACCOUNT_STACK} is not in this account and region: run `make account` once, "
            "with an administrator's credentials."
        )
    return Shared(made["ArtifactsBucket"], made["StacksRole"])


def account(
    project: Path, repository: str = "", provider: str = "create", *, dry_run: bool = False, local: bool = False
) -> None:
    """Make what all stages of this account and region stand on; again, when the template or the repository changes."""
    cloud = Cloud()
    body = (project / ACCOUNT).read_text(encoding="utf-8")
    request = ChangeSetRequest(
        body=json.dumps(_for_the_engine(templates.load(project / ACCOUNT))) if local else body,
        parameters={"Repository": repository, "GitHubProvider": provider},
        capabilities=("CAPABILITY_NAMED_IAM",),
        tags=tags("all"),
    )
    _carry_out(Stack(cloud, ACCOUNT_STACK), request, dry_run=dry_run)


def _carry_out(stack: Stack, request: ChangeSetRequest, *, dry_run: bool) -> dict[str, str]:
    """The outputs of the stack."""
    proposal, changes = stack.propose(request)
    if request.adopt and changes and not any(one.action == "Import" for one in changes):
        stack.withdraw(proposal)
        raise DeployError(f"None of the tables of {stack.name} is there to be adopted: deploy without ADOPT.")
    if not changes:
        say(f"{stack.name}: everything is so already.")
    for one in changes:
        say(str(one))
    if dry_run and changes:
        stack.withdraw(proposal)
        say(f"{stack.name}: {len(changes)} changes, of which none was made (DRY_RUN).")
    if dry_run or not changes:
        outputs = stack.outputs() or {}
    else:
        say(f"{stack.name}: {len(changes)} changes; this takes minutes ...")
        outputs = stack.carry_out(proposal)
    for key in sorted(outputs):
        say(f"{key}={outputs[key]}")
    return outputs


def _made_here(tools: Tools, template: templates.Template, stage: Stage) -> str:
    """What CloudFormation would make of the template, without what the local engine does not know."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "sam.json", Path(folder) / "plain.json"
        source.write_text(json.dumps(template), encoding="utf-8")
        tools.translate(source, target, stage.values)
        made = json.loads(target.read_text(encoding="utf-8"))
    return json.dumps(_for_the_engine(made))


def _for_the_engine(template: templates.Template) -> templates.Template:
    """Without what the local engine cannot make, which is said."""
    left_out = sorted(name for name, one in template["Resources"].items() if not _is_made_locally(one))
    say(f"Left out, because the local engine cannot make it: {', '.join(left_out)}")
    kept = {name: one for name, one in template["Resources"].items() if name not in left_out}
    return {**template, "Resources": kept}


def _is_made_locally(resource: Mapping[str, Any]) -> bool:
    """An alarm on several metrics is none of the engine's, nor is an identity provider."""
    if resource["Type"] == "AWS::CloudWatch::Alarm":
        return "Metrics" not in resource["Properties"]
    return bool(resource["Type"] != "AWS::IAM::OIDCProvider")


class Store:
    """The bucket of the account: everything lies under its own digest, so what is there is never written again."""

    def __init__(self, cloud: Cloud, bucket: str, stage: str) -> None:
        self._s3 = cloud.client("s3")
        self._bucket = bucket
        self._stage = stage

    def put(self, content: bytes, kind: str) -> str:
        """Where it lies, as `s3://bucket/key`."""
        key = f"{self._stage}/{hashlib.sha256(content).hexdigest()}.{kind}"
        try:
            self._s3.head_object(Bucket=self._bucket, Key=key)
        except ClientError as error:
            if error.response["Error"]["Code"] not in {"404", "NoSuchKey", "NotFound"}:
                raise
            self._s3.put_object(Bucket=self._bucket, Key=key, Body=content)
        return f"s3://{self._bucket}/{key}"

    def address(self, place: str) -> str:
        """The same place as CloudFormation wants it of a template."""
        return f"{self._s3.meta.endpoint_url}/{place.removeprefix('s3://')}"
