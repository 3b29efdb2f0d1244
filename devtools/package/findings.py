"""What the tools find in templates, held against what is accepted with a reason in `template-infra/accepted.yaml`."""

import fnmatch
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from devtools.package.errors import PackageError

ACCEPTED = Path("template-infra") / "accepted.yaml"


@dataclass(frozen=True, slots=True)
class Finding:
    """What one rule of a tool says of one resource (or parameter) of a template."""

    rule: str
    resource: str
    says: str
    template: str


class Accepted:
    """What stays as it is, by rule; remembers what was needed."""

    def __init__(self, rules: Mapping[str, Mapping[str, Any]]) -> None:
        self._rules = rules
        self._needed: set[tuple[str, str]] = set()

    @classmethod
    def read(cls, project: Path, tool: str) -> "Accepted":
        """Those of a tool. Raises `PackageError` where one has no reason or is about nothing."""
        rules = yaml.safe_load((project / ACCEPTED).read_text(encoding="utf-8"))[tool]
        bare = [name for name, one in rules.items() if not str(one.get("why", "")).strip() or not one.get("of")]
        if bare:
            raise PackageError(f"{ACCEPTED}: {', '.join(bare)} need `of` and `why`.")
        return cls(rules)

    def covers(self, finding: Finding) -> bool:
        for pattern in self._rules.get(finding.rule, {}).get("of", ()):
            if fnmatch.fnmatchcase(finding.resource, pattern):
                self._needed.add((finding.rule, pattern))
                return True
        return False

    def unneeded(self) -> list[str]:
        """What is accepted although nothing says it any more."""
        every = {(rule, pattern) for rule, one in self._rules.items() for pattern in one["of"]}
        return [
            f"{ACCEPTED}: {rule} of {pattern} is not needed; delete it"
            for rule, pattern in sorted(every - self._needed)
        ]


def judge(tool: str, findings: Sequence[Finding], accepted: Accepted, *, complete: bool = True) -> int:
    """How many findings are accepted. Raises `PackageError` with all others.

    `complete`: these are all findings there are, so what is accepted and was not found is a fault, too.
    """
    others: Collection[str] = dict.fromkeys(
        f"{one.template}: {one.resource}: {one.rule} {one.says}" for one in findings if not accepted.covers(one)
    )
    faults = [*others, *(accepted.unneeded() if complete else ())]
    if faults:
        raise PackageError("\n".join([f"{tool} refuses the templates:", *faults]))
    return len(findings)
