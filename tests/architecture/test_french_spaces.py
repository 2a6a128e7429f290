"""French puts a no-break space before : ; ! ? » and after «, so that no line begins or ends with one of them."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

import polib
import pytest

from tests.architecture.tree import ROOT, code, committed, nodes, text

BREAKABLE = re.compile(r"[ \t]»|«[ \t]|[ \t][:;?!](?=$|[\s»)<\"'.,%{…])")
FRENCH = re.compile(r"[éèàêùçîôûâïëœÉÈÀÊÇÔÎ’«»]")
ASIDE = re.compile(
    r"\{#.*?#\}|\{% comment.*?endcomment %\}|<!--.*?-->|<(script|style|pre)\b.*?</\1>", re.DOTALL
)
TAG = re.compile(r"\{% blocktranslate\b.*?endblocktranslate %\}|\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
HARD_CODED = re.compile(r"[«»]|[ \u00a0][:;?!](?=$|[\s<\"'])|&nbsp;[;?!]|&nbsp;:(?!&nbsp;)")
QUOTED_CODE = re.compile(r"```.*?```|`[^`\n]*`", re.DOTALL)
FRENCH_PAGES = ("docs/irve.md",)
NOT_TRANSLATED = "interface/templates/interface/style"  # the house's own page of its look


def faults(path: str, words: str, wrong: re.Pattern[str]) -> list[str]:
    """Return where a text is wrong: path, line, and what stands there."""
    return [
        f"{path}:{number}: …{line[max(found.start() - 30, 0) : found.end() + 10]}…"
        for number, line in enumerate(words.splitlines(), 1)
        for found in wrong.finditer(line)
    ]


def blanked(words: str, left_out: re.Pattern[str]) -> str:
    """Return a text without what a pattern finds; its lines keep their numbers."""
    return left_out.sub(lambda found: "x" + "\n" * found.group().count("\n"), words)


def templates() -> Iterator[tuple[str, str]]:
    for path in committed(".html"):
        yield path, blanked(text(path), ASIDE)


def sources() -> list[str]:
    """Return the Python files of the portal, migrations included: they keep the labels and helps of the models."""
    return [
        path
        for path in {*code(), *(path for path in committed(".py") if "/migrations/" in path)}
        if not path.startswith("bench/")
    ]


def literals(path: str) -> Iterator[tuple[int, str]]:
    """Yield the texts a module holds in French, docstrings left out, with their lines.

    What has several lines is SQL, or a script.
    """
    alone = {id(node.value) for node in nodes(path) if isinstance(node, ast.Expr)}
    for node in nodes(path):
        if not isinstance(node, ast.Constant) or id(node) in alone:
            continue
        if isinstance(node.value, str) and FRENCH.search(node.value) and "\n" not in node.value:
            yield node.lineno, node.value


@pytest.mark.parametrize(
    "words", ["Total : 3", "« x\u00a0»", "«\u00a0x »", "un ; deux", "Supprimer ?", "Vide !", "« x » :"]
)
def test_a_space_where_a_line_may_break_is_a_fault(words: str) -> None:
    assert BREAKABLE.search(words)


@pytest.mark.parametrize(
    "words",
    ["Total\u00a0: 3", "«\u00a0x\u00a0»", "08:00-18:00", "12 h 30", "?q=x ou ?f=y", "a != b", "id ::text"],
)
def test_right_french_and_code_are_no_fault(words: str) -> None:
    assert not BREAKABLE.search(words)


def test_no_message_has_a_space_where_its_line_may_break() -> None:
    entries = polib.pofile(str(ROOT / "locale/en/LC_MESSAGES/django.po"))
    messages = [words for entry in entries for words in (entry.msgid, entry.msgid_plural)]
    assert [words for words in messages if BREAKABLE.search(words)] == []


def test_no_template_has_a_space_where_its_line_may_break() -> None:
    assert [fault for path, words in templates() for fault in faults(path, words, BREAKABLE)] == []


def test_no_template_turns_no_break_spaces_into_plain_ones() -> None:
    """Django's ``truncatewords`` joins words by plain spaces; ``first_words`` does not."""
    assert [path for path, words in templates() if "truncatewords" in words] == []


def test_no_template_writes_french_punctuation_outside_of_a_message() -> None:
    """Another language joins a label and its value otherwise, and quotes otherwise."""
    assert [
        fault
        for path, words in templates()
        if not path.startswith(NOT_TRANSLATED)
        for fault in faults(path, blanked(words, TAG), HARD_CODED)
    ] == []


def test_no_french_text_of_the_code_has_a_space_where_its_line_may_break() -> None:
    assert [
        f"{path}:{line}: {words}"
        for path in sources()
        for line, words in literals(path)
        if BREAKABLE.search(words)
    ] == []


@pytest.mark.parametrize("path", FRENCH_PAGES)
def test_no_page_in_french_has_a_space_where_its_line_may_break(path: str) -> None:
    assert faults(path, blanked(text(path), QUOTED_CODE), BREAKABLE) == []
