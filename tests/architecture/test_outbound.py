"""Whom the application speaks to: the services of AWS that it has models of, and nobody whom a user names."""

import ast
from pathlib import Path

import pytest

from devtools.package.repack import SERVICES

PROJECT = Path(__file__).resolve().parents[2]
NETWORK = {
    "aiohttp", "asyncio", "ftplib", "http", "httpx", "imaplib", "poplib", "requests", "smtplib", "socket",
    "socketserver", "ssl", "subprocess", "telnetlib", "urllib3", "xmlrpc",
}  # fmt: skip
ALLOWED = {("http", "HTTPStatus"), ("urllib", "parse")}  # names of statuses, and taking addresses apart
FILES = sorted((PROJECT / "chalicelib").rglob("*.py"))


def imported(tree: ast.AST) -> set[tuple[str, str]]:
    """The packages that a module imports, with what of each."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {(one.name.partition(".")[0], one.name.partition(".")[2]) for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            package, _, rest = node.module.partition(".")
            found |= {(package, rest or one.name) for one in node.names}
    return found


def connections(source: str) -> set[str]:
    """What a module could open a connection with, other than a client of AWS."""
    return {
        f"{package}.{name}"
        for package, name in imported(ast.parse(source)) - ALLOWED
        if package in NETWORK or (package, name) == ("urllib", "request")
    }


def clients(source: str) -> set[str]:
    """The services that a module makes clients of; whatever is no constant is shown as it stands."""
    return {
        str(ast.literal_eval(node.args[0])) if isinstance(node.args[0], ast.Constant) else ast.unparse(node.args[0])
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"boto3.client", "boto3.resource"}
    }


def test_no_module_opens_a_connection_of_its_own() -> None:
    assert {path.name: found for path in FILES if (found := connections(path.read_text(encoding="utf-8")))} == {}


def test_clients_are_made_of_the_packed_services_only() -> None:
    texts = (path.read_text(encoding="utf-8") for path in FILES)
    made = {service for text in texts if "boto3" in text for service in clients(text)}

    assert made == {"sesv2", "sqs", "ssm"}
    assert made <= set(SERVICES)


@pytest.mark.parametrize(
    "source", ["import requests", "from urllib import request", "import urllib.request", "from http.client import x"]
)
def test_a_connection_is_found(source: str) -> None:
    assert connections(source)


def test_a_client_of_another_service_is_found() -> None:
    assert clients("import boto3\nx = boto3.client('s3'), boto3.client(name)") == {"s3", "name"}
