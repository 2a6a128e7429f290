"""The committed files, read once: what the architecture tests measure."""

from __future__ import annotations

import ast
import gc
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TESTS = "tests"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@cache
def committed(suffix: str = "") -> tuple[str, ...]:
    """Return the paths of the committed files that end so, from the root."""
    listed = subprocess.run(
        ["git", "-c", "safe.directory=*", "ls-files", "-z"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return tuple(
        path for path in listed.stdout.split("\0") if path.endswith(suffix) and (ROOT / path).is_file()
    )


@cache
def text(path: str) -> str:
    return (ROOT / path).read_text("utf-8")


@cache
def modules() -> tuple[str, ...]:
    """Return our Python files but for migrations, which Django writes."""
    return tuple(path for path in committed(".py") if "/migrations/" not in path)


def code() -> list[str]:
    """Return our Python files that are not tests."""
    return [path for path in modules() if not path.startswith(TESTS)]


@cache
def parsed(path: str) -> ast.Module:
    """Parse a file. CPython 3.11 counts the depth of parses in one place, and a finalizer that warns parses, too."""
    gc.disable()
    try:
        return ast.parse(text(path), path)
    finally:
        gc.enable()


@cache
def nodes(path: str) -> tuple[ast.AST, ...]:
    """Return every node of a file; walking through all of the code takes seconds each time."""
    return tuple(ast.walk(parsed(path)))


@cache
def functions(path: str) -> tuple[tuple[str, Function], ...]:
    """Return the functions and methods of a file with their qualified names, as Python writes them."""

    def walk(node: ast.AST, name: str) -> Iterator[tuple[str, Function]]:
        for child in ast.iter_child_nodes(node):
            inside = f"{name}{child.name}" if isinstance(child, Function | ast.ClassDef) else name
            if isinstance(child, Function):
                yield inside, child
                inside += ".<locals>"
            is_named = isinstance(child, Function | ast.ClassDef)
            yield from walk(child, f"{inside}." if is_named else inside)

    return tuple(walk(parsed(path), ""))
