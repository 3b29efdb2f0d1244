"""What must not be guessed comes from `secrets`; `random` spreads load, and nothing else."""

import ast
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# Waiting a little longer or shorter, and which shard to try first: nobody gains by guessing it.
SPREADING = {
    "chalicelib/container/__init__.py",
    "chalicelib/services/notifications/delivery/circuit_breaker.py",
    "chalicelib/services/notifications/delivery/delivery_reports.py",
    "chalicelib/services/notifications/delivery/send.py",
    "chalicelib/services/seats/allocation.py",
    "chalicelib/services/seats/request.py",
    "chalicelib/services/seats/seating_ports.py",
    "chalicelib/store/dynamo/retries.py",
}
# Codes, the secrets of sign-ups, the first token of a login, and the random part of every id.
SECRET = {
    "chalicelib/services/accounts/codes.py",
    "chalicelib/services/accounts/sign_up.py",
    "chalicelib/security/tokens.py",
    "chalicelib/domain/shared/ids.py",
}


def importing(module: str) -> set[str]:
    """The files of the application that import the module, wherever in the file."""
    found = set()
    for path in (PROJECT / "chalicelib").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if module in text else ():
            names = [one.name for one in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            if any(name.partition(".")[0] == module for name in names):
                found.add(path.relative_to(PROJECT).as_posix())
    return found


def test_only_what_spreads_load_is_drawn_by_random() -> None:
    assert importing("random") <= SPREADING, "what must not be guessed is drawn by `secrets`"


def test_codes_tokens_and_ids_are_drawn_by_secrets() -> None:
    assert importing("secrets") >= SECRET
    assert not importing("secrets") & importing("random")
