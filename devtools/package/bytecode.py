"""Replace sources by bytecode under a directory; a script for a process of its own, so that the bytes are the same.

What marshal writes depends on which strings the process has interned before. Hence no imports but the standard
library's, a fixed order, and `python -I -S`. Bytecode is unchecked: Lambda never compiles, whatever time stamps
unpacking leaves. `-X no_debug_ranges` keeps the columns of each instruction out of it, a ninth of the zip: a traceback
has its lines, without a mark below the part of the line.
"""

import ast
import importlib.util
import marshal
import sys
from pathlib import Path

OURS = ("app.py", "chalicelib")


# Of PEP 552: what follows is a hash of the source, and it is never compared.
UNCHECKED_HASH = (1).to_bytes(4, "little")


def compile_tree(root: Path) -> int:
    """Our modules keep their source, for tracebacks; of all others only bytecode stays, beside where the source was."""
    sources = sorted(root.rglob("*.py"))
    for source in sources:
        relative = source.relative_to(root)
        code = undocumented(source.read_bytes(), f"/var/task/{relative.as_posix()}")
        if relative.parts[0] in OURS:
            cached = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
            cached.parent.mkdir(exist_ok=True)
            cached.write_bytes(code)
        else:
            source.with_suffix(".pyc").write_bytes(code)
            source.unlink()
    return len(sources)


def undocumented(source: bytes, name: str) -> bytes:
    """The file of bytecode of a source without its docstrings: a twelfth of the zip, and nobody reads them on Lambda.

    Assertions stay, unlike under `-OO`: some libraries check with them. Lines stay where they are, for tracebacks.
    """
    tree = ast.parse(source, name)
    for node in ast.walk(tree):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            _drop_docstring(node)
    code = compile(tree, name, "exec", dont_inherit=True)
    return importlib.util.MAGIC_NUMBER + UNCHECKED_HASH + importlib.util.source_hash(source) + marshal.dumps(code)


def _drop_docstring(node: ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) -> None:
    """A body keeps a statement; before the future imports of a module not even `pass` may stand."""
    while node.body and _is_text(node.body[0]):
        node.body[:1] = [] if isinstance(node, ast.Module) else [ast.copy_location(ast.Pass(), node.body[0])]


def _is_text(statement: ast.stmt) -> bool:
    return (
        isinstance(statement, ast.Expr)
        and isinstance(statement.value, ast.Constant)
        and isinstance(statement.value.value, str)
    )


if __name__ == "__main__":
    print(compile_tree(Path(sys.argv[1])))
