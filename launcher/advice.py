"""What ``./portal check`` prints as advice and never fails for: lengths, and words that the glossary says to avoid."""

import ast
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from statistics import median

GLOSSARY = "docs/glossary.md"
LONG_FILE, LONG_FUNCTION = 500, 40
_MAX_LISTED = 8
_WORD = re.compile(r"[A-Za-z]+")
_HUMP = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def advice(root: Path, packages: Sequence[str]) -> list[str]:
    """Return lines of advice on our Python code, migrations left out."""
    paths = [
        path
        for name in packages
        for path in sorted((root / name).rglob("*.py"))
        if "migrations" not in path.parts
    ]
    texts = {path.relative_to(root).as_posix(): path.read_text(encoding="utf-8") for path in paths}
    trees = {path: ast.parse(text) for path, text in texts.items()}
    lines = {path: len(text.splitlines()) for path, text in texts.items()}
    functions = {
        f"{path}:{node.name}": (node.end_lineno or node.lineno) - node.lineno + 1
        for path, tree in trees.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    staying = names_that_stay(root)
    used = Counter(
        word
        for tree in trees.values()
        for name in names_of(tree)
        if name not in staying
        for word in words_of(name)
    )
    avoided = {word: used[word] for word in words_to_avoid(root) if used[word]}
    return [
        f"{len(lines)} modules, {sum(lines.values())} lines, {median(lines.values()):.0f} in the median",
        _longest(f"modules over {LONG_FILE} lines", lines, LONG_FILE),
        _longest(f"functions over {LONG_FUNCTION} lines", functions, LONG_FUNCTION),
        f"words to avoid in names ({GLOSSARY}): {sum(avoided.values())}"
        + "".join(f", {word} {count}" for word, count in Counter(avoided).most_common()),
    ]


def words_to_avoid(root: Path) -> list[str]:
    """Return the words of the first column of the table « Words to avoid » of the glossary, in lower case."""
    cells = (re.sub(r"\(.*?\)", "", row[0]) for row in _rows(root, "Words to avoid"))
    return sorted({word.strip().lower() for cell in cells for word in cell.split(",") if word.strip()})


def names_that_stay(root: Path) -> set[str]:
    """Return the names of the table « Names that stay » of the glossary, which older data or a standard fix."""
    return {row[0].strip("`") for row in _rows(root, "Names that stay")}


def _rows(root: Path, title: str) -> list[list[str]]:
    """Return the cells of the table under a title of the glossary, its head left out."""
    text = (root / GLOSSARY).read_text(encoding="utf-8")
    section = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip().strip("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def names_of(tree: ast.Module) -> Iterator[str]:
    """Yield every name that a module defines: classes, functions, parameters, variables, attributes."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node.name
        elif isinstance(node, ast.arg):
            yield node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.id if isinstance(node, ast.Name) else node.attr


def words_of(name: str) -> list[str]:
    """Return the words of a name in lower case: ``hang_ups`` also as a whole."""
    parts = [part.lower() for word in _WORD.findall(name) for part in _HUMP.split(word)]
    return [*parts, name.strip("_").lower()] if len(parts) > 1 else parts


def _longest(title: str, sizes: dict[str, int], limit: int) -> str:
    long = sorted((item for item in sizes.items() if item[1] > limit), key=lambda item: -item[1])
    listed = ", ".join(f"{name} {size}" for name, size in long[:_MAX_LISTED])
    return f"{title}: {len(long)}" + (f" ({listed})" if listed else "")
