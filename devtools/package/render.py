"""The packaged template without packing: Chalice's own generator and merge, with a stand-in for the zip.

`make package` is what counts; this takes a second and no network, so the tests of the template run on it.
"""

import json
from pathlib import Path
from typing import Any

from chalice.app import Chalice
from chalice.awsclient import TypedAWSClient
from chalice.config import Config
from chalice.deploy.appgraph import ApplicationGraphBuilder, DependencyBuilder
from chalice.deploy.deployer import BaseDeployStep, BuildStage, InjectDefaults, PolicyGenerator, SwaggerBuilder
from chalice.deploy.models import DeploymentPackage
from chalice.deploy.swagger import CFNSwaggerGenerator
from chalice.package import PackageOptions, SAMTemplateGenerator, TemplateDeepMerger
from chalice.policy import AppPolicyGenerator
from chalice.utils import OSUtils

from devtools.package import operators, template
from devtools.package.build import MERGED
from devtools.package.runtime import Runtime


class _NamedZip(BaseDeployStep):  # type: ignore[misc]  # Chalice has no types
    def handle_deploymentpackage(self, _: Config, resource: DeploymentPackage) -> None:
        resource.filename = "./deployment.zip"


class _Region:
    """The two answers about a region that the generator asks an AWS client for."""

    region_name = "eu-west-1"

    def endpoint_dns_suffix(self, *_: str) -> str:
        return "amazonaws.com"

    def service_principal(self, service: str, *_: str) -> str:
        return f"{service}.amazonaws.com"


def render(app: Chalice, project: Path, stage: str = "prod") -> template.Template:
    """What `make package` writes to build/package/template.yaml for `app` with the project's settings."""
    config = Config(
        chalice_stage=stage,
        user_provided_params={"chalice_app": app, "project_dir": str(project)},
        config_from_disk=json.loads((project / ".chalice" / "config.json").read_text(encoding="utf-8")),
    )
    client: TypedAWSClient = _Region()
    generated = SAMTemplateGenerator(config, PackageOptions(client)).generate(_resources(config, stage))
    merged: dict[str, Any] = TemplateDeepMerger().merge(template.load(project / MERGED), generated)
    return template.for_runtime(operators.with_operators(template.completed(merged)), Runtime())


def _resources(config: Config, stage: str) -> list[Any]:
    files = OSUtils()
    steps = [
        InjectDefaults(),
        _NamedZip(),
        SwaggerBuilder(CFNSwaggerGenerator()),
        PolicyGenerator(policy_gen=AppPolicyGenerator(osutils=files), osutils=files),
    ]
    application = ApplicationGraphBuilder().build(config, stage)
    dependencies = DependencyBuilder()
    BuildStage(steps=steps).execute(config, dependencies.build_dependencies(application))
    resources: list[Any] = dependencies.build_dependencies(application)
    return resources
