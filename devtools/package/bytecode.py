"""Replace sources by bytecode under a directory; a script for a process of its own, so that the bytes are the same.

What marshal writes depends on which strings the process has interned before. Hence no imports but the standard
library's, a fixed order, and `python -I -S`. Bytecode is unchecked: Lambda never compiles, whatever time stamps
unpacking leaves.
"""

import py_compile
import sys
from pathlib import Path

OURS = ("app.py", "chalicelib")


def compile_tree(root: Path) -> int:
    """Our modules keep their source, for tracebacks; of all others only bytecode stays, beside where the source was."""
    sources = sorted(root.rglob("*.py"))
    for source in sources:
        relative = source.relative_to(root)
        ours = relative.parts[0] in OURS
        cached = source.parent / "__pycache__" / f"{source.stem}.{sys.implementation.cache_tag}.pyc"
        py_compile.compile(
            str(source),
            cfile=str(cached if ours else source.with_suffix(".pyc")),
            dfile=f"/var/task/{relative.as_posix()}",
            doraise=True,
            invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
        )
        if not ours:
            source.unlink()
    return len(sources)


if __name__ == "__main__":
    print(compile_tree(Path(sys.argv[1])))
