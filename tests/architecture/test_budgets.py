"""The budget card of the house: how long files and functions may be, and what every module says first."""

from __future__ import annotations

import ast
import re
from statistics import median, quantiles

import pytest

from tests.architecture.tree import code, committed, functions, lines, modules, nodes, parsed, size, text

# Longest each kind of file may be; a file that must be longer is a decision to write here with its reason.
BUDGETS = {
    "python": (modules, 400),
    "scripts": (lambda: [p for p in committed(".js") if "/static/" in p], 200),
    "templates": (lambda: committed(".html"), 120),
    "conftest": (lambda: [p for p in modules() if p.endswith("conftest.py")], 150),
    "settings": (lambda: [p for p in modules() if p.startswith("gisportal/settings/")], 200),
}


@pytest.mark.parametrize("kind", BUDGETS)
def test_no_file_is_over_its_budget(kind: str) -> None:
    files, most = BUDGETS[kind]
    assert {path: lines(path) for path in files() if lines(path) > most} == {}


def test_no_line_of_a_template_is_over_160_characters() -> None:
    long = [
        f"{path}:{number}"
        for path in committed(".html")
        for number, line in enumerate(text(path).splitlines(), 1)
        if len(line) > 160
    ]
    assert long == []


def test_half_the_files_are_short() -> None:
    assert median(lines(path) for path in code()) <= 100


def test_no_function_is_over_forty_lines() -> None:
    long = {
        f"{path}:{name}": size(node) for path in code() for name, node in functions(path) if size(node) > 40
    }
    assert long == {}


def test_nine_functions_in_ten_are_short() -> None:
    sizes = [size(node) for path in code() for _name, node in functions(path)]
    assert quantiles(sizes, n=10)[-1] <= 25


def test_methods_of_views_are_short() -> None:
    views = [path for path in code() if re.search(r"(^|/)views(/|\.py$)", path)]
    long = {
        f"{path}:{name}": size(node)
        for path in views
        for name, node in functions(path)
        if name.rpartition(".")[2] in {"get", "post", "put", "patch", "delete"} and size(node) > 15
    }
    assert (len(views) > 5, long) == (True, {})


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
