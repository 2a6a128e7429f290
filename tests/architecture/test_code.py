"""What protects the code: docstrings, imports at the top, reasons of what is silenced."""

from __future__ import annotations

import ast
import re

from tests.architecture.tree import code, functions, modules, nodes, parsed, text


def test_every_module_says_why_it_exists() -> None:
    silent = [path for path in modules() if parsed(path).body and not ast.get_docstring(parsed(path))]
    assert silent == []


def test_every_public_function_of_the_kernel_is_documented() -> None:
    silent = [
        f"{path}:{name}"
        for path in code()
        if path.startswith("layers/")
        for name, node in functions(path)
        if not ast.get_docstring(node) and is_public(name)
    ]
    assert silent == []


def is_public(name: str) -> bool:
    """Whether no part of the name is private or special, and it is no closure."""
    return not any(part.startswith(("_", "<")) for part in name.split("."))


def test_imports_are_at_the_top() -> None:
    late = [
        f"{path}:{name}"
        for path in modules()
        if any(isinstance(node, ast.Import | ast.ImportFrom) and node.col_offset for node in nodes(path))
        for name, node in functions(path)
        if any(isinstance(inside, ast.Import | ast.ImportFrom) for inside in ast.walk(node))
    ]
    assert late == []


SILENCED = re.compile(
    r"#\s*(?P<what>noqa|type:\s*ignore)(?P<code>:\s*[A-Z]+[0-9]+(?:,\s*[A-Z]+[0-9]+)*|\[[a-z, -]+\])?(?P<rest>.*)"
)


def test_what_is_silenced_has_a_code_and_a_reason() -> None:
    bare = [
        f"{path}:{number}"
        for path in code()
        for number, line in enumerate(text(path).splitlines(), 1)
        for found in SILENCED.finditer(line)
        if not found["code"] or len(found["rest"].strip(" #()")) < 4
    ]
    assert bare == []


def test_what_catches_everything_raises_it_again() -> None:
    broad = [
        f"{path}:{node.lineno}"
        for path in code()
        for node in nodes(path)
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or ast.unparse(node.type) == "BaseException")
        and not isinstance(node.body[-1], ast.Raise)
    ]
    assert broad == []
