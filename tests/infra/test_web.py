"""The files of `web`, deployed: given out as the local server does, and uploaded by `make deploy`."""

import hashlib
import json
import re
import shutil
import subprocess
from typing import Any

import pytest

from devtools.deploy import web
from devtools.package.template import Template, load
from devtools.web import files
from tests.infra.conftest import PROJECT


@pytest.fixture(scope="module")
def resources() -> dict[str, Any]:
    template: Template = load(PROJECT / "template-infra" / "resources.yaml")
    found: dict[str, Any] = template["Resources"]
    return found


def test_the_distribution_says_what_the_local_server_says(resources: dict[str, Any]) -> None:
    said = resources["WebHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]
    security = said["SecurityHeadersConfig"]
    policy, names = security["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"]
    headers = {one["Header"]: one["Value"] for one in said["CustomHeadersConfig"]["Items"]} | {
        "X-Frame-Options": security["FrameOptions"]["FrameOption"],
        "Referrer-Policy": security["ReferrerPolicy"]["ReferrerPolicy"],
        "X-Content-Type-Options": "nosniff",
    }

    assert " ".join(policy.split()) == files.POLICY.format(api=" ${Api}")
    assert [one["Fn::Sub"] for one in names["Api"]["Fn::If"][1:]] == [
        "https://${DomainName}",
        "https://${RestAPI}.execute-api.${AWS::Region}.${AWS::URLSuffix}",
    ]
    assert headers == dict(files.HEADERS)
    assert security["StrictTransportSecurity"]["AccessControlMaxAgeSec"] >= 31_536_000


def test_only_the_distribution_reads_the_bucket_and_only_what_is_served(resources: dict[str, Any]) -> None:
    bucket = resources["WebFiles"]["Properties"]
    allowed, refused = resources["WebFilesPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert set(bucket["PublicAccessBlockConfiguration"].values()) == {True}
    assert (allowed["Principal"], allowed["Action"]) == ({"Service": "cloudfront.amazonaws.com"}, "s3:GetObject")
    assert allowed["Resource"] == {"Fn::Sub": "${WebFiles.Arn}" + files.PREFIX + "*"}
    assert "distribution/${Web}" in json.dumps(allowed["Condition"])
    assert (refused["Effect"], refused["Action"]) == ("Deny", "s3:*")


FOLDERS = {
    "/": "308 /app/",
    "/app": "308 /app/",
    "/app/": "/app/index.html",
    "/app/check-in": "308 /app/check-in/",
    "/app/check-in/": "/app/check-in/index.html",
    "/app/console/main.js": "/app/console/main.js",
    "//elsewhere": "308 /elsewhere/",
}


def test_the_address_of_a_folder_is_its_page(resources: dict[str, Any]) -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("the function of CloudFront is JavaScript, and there is no Node.js here")
    asked = json.dumps([{"request": {"uri": path}} for path in FOLDERS])
    shown = f"for (const a of {asked}.map(handler)) console.log(a.uri ?? a.statusCode + ' ' + a.headers.location.value)"
    script = resources["WebFolders"]["Properties"]["FunctionCode"] + shown
    done = subprocess.run([node, "-e", script], check=True, capture_output=True, text=True)
    assert dict(zip(FOLDERS, done.stdout.split("\n"), strict=False)) == FOLDERS


class S3:
    """A bucket with what was put there, in the order in which it was."""

    def __init__(self, held: dict[str, bytes]) -> None:
        self.held = held
        self.calls: list[tuple[str, str]] = []
        self.said: dict[str, tuple[str, str]] = {}

    def client(self, service: str) -> "S3":
        assert service == "s3"
        return self

    def get_paginator(self, _: str) -> "S3":
        return self

    def paginate(self, Bucket: str, Prefix: str) -> list[dict[str, Any]]:  # noqa: N803 - as the SDK names them
        assert (Bucket, Prefix) == ("bucket", "app/")
        tags = {key: hashlib.md5(one, usedforsecurity=False).hexdigest() for key, one in self.held.items()}
        return [{"Contents": [{"Key": key, "ETag": f'"{tag}"'} for key, tag in tags.items()]}, {}]

    def put_object(self, Bucket: str, Key: str, Body: bytes, ContentType: str, CacheControl: str) -> None:  # noqa: N803
        assert Bucket == "bucket"
        self.held[Key] = Body
        self.said[Key] = (ContentType, CacheControl)
        self.calls.append(("put", Key))

    def delete_object(self, Bucket: str, Key: str) -> None:  # noqa: N803
        assert Bucket == "bucket"
        del self.held[Key]
        self.calls.append(("delete", Key))


def test_a_deployment_uploads_what_differs_pages_last_and_removes_what_is_gone() -> None:
    script = files.read("console/main.js")
    assert script
    s3 = S3({"app/old.js": b"1;", "app/index.html": b"before", "app/console/main.js": script.content})

    said = web.upload(s3, PROJECT, "bucket", "https://api.example.org")  # type: ignore[arg-type]  # all that it asks

    count = len(files.names()) + 1
    assert said == f"web: {count - 1} of {count} files uploaded, 1 removed."
    assert ("put", "app/console/main.js") not in s3.calls
    assert s3.calls[-1] == ("delete", "app/old.js")
    pages = [key for verb, key in s3.calls if verb == "put" and key.endswith(".html")]
    assert "app/index.html" in pages
    assert [key for _, key in s3.calls[-1 - len(pages) : -1]] == pages
    assert json.loads(s3.held["app/config.json"]) == {"api": "https://api.example.org"}
    assert s3.said["app/vendor/preact-11.2.0.js"] == ("text/javascript; charset=utf-8", files.FOREVER)
    assert {cache for key, (_, cache) in s3.said.items() if "/vendor/" not in key} == {files.ASK_AGAIN}
    again = web.upload(s3, PROJECT, "bucket", "https://api.example.org")  # type: ignore[arg-type]  # all that it asks
    assert again == f"web: 0 of {count} files uploaded, 0 removed."


def test_what_deploys_may_write_the_files_and_nothing_else_of_the_bucket() -> None:
    roles = load(PROJECT / "template-infra" / "account.yaml")["Resources"]
    (policy,) = roles["Deployer"]["Properties"]["Policies"]
    (writing,) = [one for one in policy["PolicyDocument"]["Statement"] if "s3:DeleteObject" in one["Action"]]
    assert re.search(r"-webfiles-\*/app/\*$", writing["Resource"]["Fn::Sub"])
