"""docs/security.md says what there is: doors, keys, services, lines of the log, words that are no passwords."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from chalicelib.api.http.endpoints.policies import Auth
from chalicelib.api.resources import RESOURCES
from chalicelib.security.passwords import SERVICE, Argon2Passwords
from devtools.package.repack import SERVICES
from devtools.reference import passwords

PROJECT = Path(__file__).resolve().parents[2]
PAGE = PROJECT / "docs" / "security.md"
SOURCES = sorted((PROJECT / "chalicelib").rglob("*.py"))
_WRITES = re.compile(r"^(?:observability\.(?:info|warn|exception)|self\._(?:ports\.)?report)$")
_CELL = re.compile(r"^\| `([^`]+)` \|", re.MULTILINE)


def section(title: str) -> str:
    """What stands under a heading of the second level."""
    text = PAGE.read_text(encoding="utf-8").partition(f"\n## {title}\n")[2]
    assert text, f"the page has no heading {title!r}"
    return text.partition("\n## ")[0]


def named(title: str) -> list[str]:
    """The first cells of its tables, as far as they are names."""
    return _CELL.findall(section(title))


def trees(*words: str) -> Iterator[ast.Module]:
    """The modules in which one of the words stands: most need not be taken apart."""
    for path in SOURCES:
        text = path.read_text(encoding="utf-8")
        if any(word in text for word in words):
            yield ast.parse(text)


def texts_of(tree: ast.Module) -> dict[str, str]:
    """The constants of a module that are texts."""
    return {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for target in node.targets
        if isinstance(target, ast.Name)
    }


def purposes() -> set[str]:
    return {text for tree in trees("PURPOSE") for name, text in texts_of(tree).items() if name.endswith("PURPOSE")}


def lines_of_the_log() -> set[str]:
    """Every message that a line may have; one that is put together at run time is shown as it stands."""
    found = set()
    for tree in trees("observability.", "report("):
        constants = texts_of(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _WRITES.match(ast.unparse(node.func)):
                message = node.args[0]
                shown = message.value if isinstance(message, ast.Constant) else ast.unparse(message)
                found.add(constants.get(str(shown), str(shown)))
    return found - {"message"}  # what hands on the message of somebody else calls it so


def test_every_request_that_changes_something_without_a_login_is_a_door() -> None:
    doors = {
        f"{one.method} {one.path}"
        for resource in RESOURCES
        for one in resource.endpoints
        if one.method != "GET" and (one.auth is Auth.PUBLIC or one.auth.is_optional)
    }

    assert sorted(named("Doors without a login")) == sorted(doors)


def test_every_purpose_of_a_key_is_explained() -> None:
    assert sorted(named("Keys")) == sorted(purposes())


def test_every_service_that_is_spoken_to_is_named() -> None:
    assert sorted(named("Whom it speaks to")) == sorted(set(SERVICES) - {"sts"})


def test_every_line_of_the_log_is_explained() -> None:
    places = [one for one in named("What is logged") if one.startswith("/aws/")]

    assert sorted(set(named("What is logged")) - set(places)) == sorted(lines_of_the_log())
    assert len(places) == 2


def test_the_words_of_the_service_are_no_passwords() -> None:
    told = section("Passwords").partition("**Words of this service**")[2]
    words = [word for word in re.findall(r"`([A-Za-z]+)`", told) if word != word.upper()]
    judge = Argon2Passwords(8, (SERVICE, "Acme Events"))

    assert len(words) > 12
    assert set(words) - {SERVICE} <= set(passwords._ADDED)
    for word in [*words, "AcmeEvents", "january", "monday"]:
        assert judge.weakness(f"{word}2026!", personal=[]), word
