"""All checks of the packaged template in one list."""

from pathlib import Path

from devtools.package import access_checks, function_checks, gateway_checks, queue_checks, table_checks
from devtools.package.template import Template, of_type


def complaints(template: Template, project: Path) -> list[str]:
    """Everything that keeps the template from being deployed, one sentence each."""
    # Imported here: the command line answers --help without PynamoDB.
    from chalicelib.api.http import problems
    from chalicelib.domain.errors import PROBLEMS
    from chalicelib.settings import Settings, variables_of
    from chalicelib.store.dynamo.tables import DEFINITIONS

    settings = {variable.env for variable in variables_of(Settings)}
    return [
        *function_checks.complaints(template, project, settings),
        *queue_checks.complaints(template),
        *access_checks.complaints(template),
        *gateway_checks.complaints(template, {code: problems.document(code, "") for code in PROBLEMS}),
        *table_checks.complaints(template, DEFINITIONS),
        *_retention_complaints(template),
    ]


def _retention_complaints(template: Template) -> list[str]:
    groups = of_type(template, "AWS::Logs::LogGroup")
    return [f"{name} keeps its lines for ever." for name, group in groups.items() if not group.get("RetentionInDays")]
