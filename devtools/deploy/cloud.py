"""The account that is deployed to: the credentials and the region of this shell, asked through the SDK alone."""

from collections.abc import Mapping
from typing import Any

import botocore.session

from devtools.deploy.errors import DeployError


class Cloud:
    """Clients of one account and region. Raises `DeployError` where the shell names none."""

    def __init__(self) -> None:
        self._session = botocore.session.get_session()
        if not self._session.get_config_variable("region"):
            raise DeployError("No region is chosen: set AWS_DEFAULT_REGION, or a profile that has one in AWS_PROFILE.")
        if self._session.get_credentials() is None:
            raise DeployError(
                "There are no AWS credentials here: log in (`aws sso login`) and name the profile in AWS_PROFILE, "
                "or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY."
            )

    def client(self, service: str) -> Any:
        return self._session.create_client(service)


def tags(stage: str) -> list[Mapping[str, str]]:
    """Of the stack, and so of everything in it: bills and clean-ups are sorted by them."""
    return [{"Key": "application", "Value": "turnout"}, {"Key": "stage", "Value": stage}]
