"""One word, one meaning: ``docs/glossary.md`` names what the code has, and nothing has a retired name any more."""

from __future__ import annotations

import ast
import re
from collections import Counter

from tests.architecture.tree import ROOT, code, committed, modules, parsed, text

GLOSSARY, ARCHITECTURE = "docs/glossary.md", "docs/architecture.md"
# Django and its world look for these names in several modules.
CONVENTIONAL = {"Command", "Meta"}
PLACE = re.compile(r"`([\w./-]+(?:/|\.(?:py|js|css|md)))`")


def rows(title: str) -> list[list[str]]:
    """Return the cells of the table under a title of the glossary, its head left out."""
    section = text(GLOSSARY).partition(f"## {title}\n")[2].partition("\n## ")[0]
    lines = [line.strip().strip("|") for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in line.split("|")] for line in lines[2:]]


def retired() -> set[str]:
    """Return the retired words; what stands between parentheses says which meaning is meant."""
    cells = (re.sub(r"\(.*?\)", "", row[0]) for row in rows("Retired"))
    return {word.strip() for cell in cells for word in cell.split(",")}


def defined(path: str) -> list[str]:
    """Return the public classes and functions at the top of a module."""
    kinds = ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef
    return [node.name for node in parsed(path).body if isinstance(node, kinds) and node.name[0] != "_"]


def named_parts(path: str) -> set[str]:
    """Return the words of the folders and of the file that a path names."""
    parts = path.partition(".")[0].split("/")
    return {word for part in parts for word in (part, *re.split(r"[-_]", part))}


def test_the_glossary_is_in_order() -> None:
    terms = [row[0].lower() for row in rows("Terms")]
    assert terms == sorted(terms)


def test_a_term_is_where_the_glossary_says() -> None:
    places = {term[0]: term[2].strip("`") for term in rows("Terms")}
    assert {term: place for term, place in places.items() if not (ROOT / place).exists()} == {}


def test_no_file_has_a_retired_name() -> None:
    words = {word for word in retired() if word.islower()} - {"found", "documents", "reach"}
    files = [path for path in committed() if path.endswith((".py", ".html", ".js", ".css"))]
    used = {path: named_parts(path) & words for path in files if not path.startswith(("docs/", "tests/"))}
    assert {path: names for path, names in used.items() if names} == {}


def test_no_class_nor_function_has_a_retired_name() -> None:
    words = retired() - {"found", "beside", "kept", "asked"}
    used = {path: set(defined(path)) & words for path in code() if not path.startswith("bench/")}
    assert {path: names for path, names in used.items() if names} == {}


def test_no_test_has_a_retired_name() -> None:
    words = {"taking", "reaching", "shown", "asking", "understanding", "reception", "guessing", "prepared"}
    files = [path for path in modules() if path.startswith("tests/") and "/test_" in path]
    assert [path for path in files if named_parts(path) & words] == []


def test_a_class_name_has_one_meaning() -> None:
    ours = [path for path in code() if not path.startswith(("bench/", "launcher/", "fixtures/"))]
    counts = Counter(
        name for path in ours for name in defined(path) if name[0].isupper() and name not in CONVENTIONAL
    )
    assert sorted(name for name, count in counts.items() if count > 1) == []


def test_the_architecture_names_what_is_there() -> None:
    places = {place.rstrip("/") for place in PLACE.findall(text(ARCHITECTURE)) if "<" not in place}
    relative = {place for place in places if "/" in place}
    assert sorted(place for place in relative if not (ROOT / place).exists()) == []


def test_the_architecture_fits_two_pages() -> None:
    assert len(text(ARCHITECTURE).splitlines()) <= 130


def test_ten_likely_changes_are_told() -> None:
    section = text(ARCHITECTURE).partition("## Where do I touch to…")[2]
    assert section.count("\n| ") - 1 == 10
