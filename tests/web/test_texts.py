"""Every word of the apps stands in both languages, and each word that a script asks for is there."""

import json
import re

from chalicelib.domain.enrollments.activity import EventStep
from chalicelib.domain.enrollments.enrollment import Cause
from chalicelib.domain.enrollments.team_activity import KeyStep, TeamStep
from chalicelib.domain.errors.faults import FAULTS
from chalicelib.domain.notifications.announced import AnnouncedKind
from devtools.web.types import DOCUMENT
from tests.web.scripts import own_scripts, words

# Refusals in English are the API's own sentences, so only German needs them all.
OF_THE_API = ("problem.", "fault.")
# Faults that no form of a person can cause: of parameters, of names, of JSON.
OF_PROGRAMS = {
    "unknown_field", "repeated_name", "object_required", "unknown_parameter", "repeated_parameter", "empty_parameter",
    "undecodable", "contradiction", "page_too_deep",
}  # fmt: skip


def test_both_languages_have_the_same_words_with_the_same_values_in_them() -> None:
    texts = words()
    own = {key for key in texts["de"].keys() - texts["en"].keys() if not key.startswith(OF_THE_API)}
    assert own == set()
    assert texts["en"].keys() - texts["de"].keys() == set()
    for key, text in texts["en"].items():
        values = [sorted(re.findall(r"\{\w+\}", one)) for one in (text, texts["de"][key])]
        assert values[0] == values[1], key
    assert [key for one in texts.values() for key, text in one.items() if not text.strip()] == []


def test_every_word_that_a_script_asks_for_is_there() -> None:
    texts = words()["en"]
    for name, script in own_scripts().items():
        for key in re.findall(r'\bt\("([^"]+)"', script):
            counted = f"{key}.one" in texts and f"{key}.other" in texts
            assert key in texts or counted, f"{name} asks for {key}"
        for prefix in re.findall(r"\bt\(`([\w.]+)\$\{", script):
            assert any(key.startswith(prefix) for key in texts), f"{name} asks for {prefix}..."


def test_whatever_can_happen_to_an_event_has_a_word() -> None:
    kinds = {one.value for one in (*EventStep, *TeamStep, *KeyStep, *AnnouncedKind, *Cause)}
    texts = words()["en"]
    assert {kind for kind in kinds if not texts.keys() & {f"cause.{kind}", f"status.{kind}"}} == set()


def test_german_has_every_refusal_of_the_api() -> None:
    document = json.loads(DOCUMENT.read_text(encoding="utf-8"))
    codes = document["components"]["schemas"]["ProblemCode"]["enum"]
    german = words()["de"]
    assert [code for code in codes if f"problem.{code}" not in german] == []
    assert {code for code in FAULTS if f"fault.{code}" not in german} == OF_PROGRAMS
