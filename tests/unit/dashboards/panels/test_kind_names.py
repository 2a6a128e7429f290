"""A kind of panel is named in its folder and in the registry alone: elsewhere it is an object, or asked what it is."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

from dashboards.registry import PANEL_KINDS

ROOT = Path(__file__).parents[4] / "dashboards"
OWN = ("panels/", "maps/", "registry.py", "migrations/")
# Names of kinds that are words of something else too: a control, a way to draw, a tab.
ORDINARY = frozenset({"area", "bar", "figure", "line", "map", "outline", "progress", "table", "text"})
NAMES = frozenset(PANEL_KINDS)


def modules() -> Iterator[tuple[str, ast.Module]]:
    """Return the modules that may name no kind."""
    for path in sorted(ROOT.rglob("*.py")):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(OWN):
            yield name, ast.parse(path.read_text("utf-8"))


def names_in(node: ast.AST) -> set[str]:
    """Return the kinds that the texts of a node name."""
    texts = (each.value for each in ast.walk(node) if isinstance(each, ast.Constant))
    return {text for text in texts if isinstance(text, str) and text in NAMES}


def faults(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Return where a module names kinds: by a word that means nothing else, to compare one, or in a table."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and node.value in NAMES - ORDINARY:
            yield node.lineno, str(node.value)
        elif isinstance(node, ast.Compare) and re.search(r"\bkind\b", ast.unparse(node)):
            named = names_in(node)
            if named and not re.search(r"\b(part|entry|each|declared)\.kind\b", ast.unparse(node)):
                yield node.lineno, ast.unparse(node)
        elif (
            isinstance(node, ast.Subscript)
            and ast.unparse(node.value) == "PANEL_KINDS"
            and names_in(node.slice)
        ):
            yield node.lineno, ast.unparse(node)
        elif (
            isinstance(node, ast.Dict)
            and len({key.value for key in node.keys if isinstance(key, ast.Constant)} & NAMES) > 1
        ):
            yield node.lineno, "a table of kinds"
        elif (
            isinstance(node, ast.Set | ast.List | ast.Tuple)
            and len(names_in(node)) > 1
            and len(node.elts) == len(names_in(node))
        ):
            yield node.lineno, ast.unparse(node)


def test_no_kind_is_named_outside_its_folder() -> None:
    found = [f"{name}:{line} {text}" for name, tree in modules() for line, text in faults(tree)]
    assert found == []


def test_a_table_of_kinds_is_a_fault() -> None:
    source = 'SIZES = {"map": 1, "bar": 2}\nif panel.kind == "text":\n    x = "stacked_bar"\n'
    assert [line for line, _text in faults(ast.parse(source))] == [1, 2, 3]


def test_no_script_names_a_kind() -> None:
    names = "|".join(sorted(NAMES))
    pattern = re.compile(rf'kind: "({names})"|kind [!=]== "({names})"|\["({names})", "({names})"')
    found = [
        f"{path.relative_to(ROOT)}: {match[0]}"
        for path in sorted((ROOT / "static" / "dashboards").rglob("*.js"))
        for match in pattern.finditer(path.read_text("utf-8"))
    ]
    assert found == []
