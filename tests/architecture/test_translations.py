"""The English catalogue says everything the portal says, no more, with the same values in its sentences."""

from __future__ import annotations

import ast
import io
import re
import shutil
from contextlib import chdir
from functools import cache
from pathlib import Path

import polib
import pytest
from django.core.management import call_command
from django.test import override_settings
from django.utils import translation
from django.utils.translation import ngettext

from tests.architecture.tree import ROOT, code, committed, nodes

CATALOGUE = Path("en", "LC_MESSAGES", "django.po")
COUNTS = Path("fr", "LC_MESSAGES", "django.po")
UNTRANSLATED = ("tests/", "bench/")
FRENCH = re.compile(r"[«»\u00a0\u202f]|\w [:;?!]")  # quotation marks and spaces that English does not use
PLACEHOLDER = re.compile(r"%\(\w+\)[-+# 0]*\d*(?:\.\d+)?[a-zA-Z]|%[sdgrf]\b")
COUNT = re.compile(r"%\(\w+\)s|%[ds]")
MARKUP = re.compile(r"</?[a-z]+[^>]*>|&[a-z]+;")
MARKERS = {"_", "gettext", "gettext_lazy", "gettext_noop"}
Key = tuple[str, str]


@cache
def english() -> tuple[polib.POEntry, ...]:
    """Return the entries of the catalogue; reading them takes a second and a half."""
    return tuple(polib.pofile(str(ROOT / "locale" / CATALOGUE)))


def key(entry: polib.POEntry) -> Key:
    return entry.msgctxt or "", entry.msgid


def sentences(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Return each form of a message beside its translation; a plural form is compared with the French plural."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    return [(entry.msgid, entry.msgstr_plural[0]), (entry.msgid_plural, entry.msgstr_plural[1])]


@pytest.fixture(scope="module")
def said(tmp_path_factory: pytest.TempPathFactory) -> set[Key]:
    """What ``makemessages`` finds in a copy of the committed code."""
    copy = tmp_path_factory.mktemp("code")
    for path in committed():
        if path.endswith((".py", ".html", ".txt")) and not path.startswith(UNTRANSLATED):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(ROOT / path, copy / path)
    (copy / "locale").mkdir()
    with override_settings(LOCALE_PATHS=[copy / "locale"]), chdir(copy):
        call_command("makemessages", locale=["en"], verbosity=0, stdout=io.StringIO())
    return {key(entry) for entry in polib.pofile(str(copy / "locale" / CATALOGUE))}


def test_every_message_of_the_code_is_in_the_catalogue(said: set[Key]) -> None:
    assert sorted(said - {key(entry) for entry in english()}) == []


def test_the_catalogue_has_no_message_that_the_code_forgot(said: set[Key]) -> None:
    assert sorted({key(entry) for entry in english()} - said) == []


def test_no_message_of_the_code_escapes_the_extraction() -> None:
    """xgettext guesses where Python strings end; Python knows."""
    known = {entry.msgid for entry in english()}
    marked = {
        argument.value
        for path in code()
        for node in nodes(path)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in MARKERS
        for argument in node.args[:1]
        if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
    }
    assert sorted(marked - known) == []


def test_every_message_is_translated() -> None:
    assert [entry.msgid for entry in english() if not entry.translated()] == []


def test_no_translation_is_a_guess() -> None:
    assert [entry.msgid for entry in english() if entry.fuzzy or entry.obsolete] == []


def test_a_translation_keeps_the_values_of_its_message() -> None:
    faults = [
        (french, told)
        for entry in english()
        for french, told in sentences(entry)
        if sorted(PLACEHOLDER.findall(french)) != sorted(PLACEHOLDER.findall(told))
    ]
    assert faults == []


def test_a_translation_keeps_the_markup_of_its_message() -> None:
    faults = [
        (french, told)
        for entry in english()
        for french, told in sentences(entry)
        if sorted(MARKUP.findall(french)) != sorted(MARKUP.findall(told))
    ]
    assert faults == []


def test_a_translation_is_not_written_the_french_way() -> None:
    faults = [told for entry in english() for _french, told in sentences(entry) if FRENCH.search(told)]
    assert faults == []


def test_the_french_catalogue_says_every_count_as_the_code_does() -> None:
    """Gettext takes a message it does not find for English, where zero is plural."""
    wanted = {
        key(entry): [entry.msgid, entry.msgid_plural]
        for entry in english()
        if entry.msgid_plural and COUNT.search(entry.msgid)
    }
    french = polib.pofile(str(ROOT / "locale" / COUNTS))
    assert {key(entry): [*entry.msgstr_plural.values()] for entry in french} == wanted


def test_zero_is_singular_in_french_and_plural_in_english() -> None:
    told = []
    for language in ("fr", "en"):
        with translation.override(language):
            told.append(ngettext("%(n)s couche", "%(n)s couches", 0) % {"n": 0})
    assert told == ["0 couche", "0 layers"]
