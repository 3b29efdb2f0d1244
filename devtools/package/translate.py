"""Translate a SAM template as CloudFormation would; a script for the environment of requirements-infra.txt."""

import json
import sys
from pathlib import Path

import yaml

# Not in the environment that mypy sees.
from samtranslator.parser.parser import Parser  # type: ignore[import-not-found,unused-ignore]
from samtranslator.public.exceptions import (  # type: ignore[import-not-found,unused-ignore]
    InvalidDocumentException,
)
from samtranslator.translator.translator import Translator  # type: ignore[import-not-found,unused-ignore]


def main(source: str, target: str, parameters: str) -> int:
    text = Path(source).read_text(encoding="utf-8")
    template = json.loads(text) if source.endswith(".json") else yaml.safe_load(text)
    for resource in template["Resources"].values():
        code = resource.get("Properties", {})
        if resource["Type"] == "AWS::Serverless::Function" and not str(code.get("CodeUri", "")).startswith("s3://"):
            code["CodeUri"] = "s3://bucket/deployment.zip"  # the translator takes no local path
    try:
        translated = Translator({}, Parser()).translate(template, parameter_values=json.loads(parameters))
    except InvalidDocumentException as error:
        print("\n".join(str(cause.message) for cause in error.causes), file=sys.stderr)
        return 1
    Path(target).write_text(json.dumps(translated), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:4]))
