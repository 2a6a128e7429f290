"""The names of features, whole, in part and by their beginning: « Parc Henri-Barbusse », « parc Barbusse »."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from explorer.natural_language.layer_words import LayerWords
from explorer.natural_language.tokens import phrase, stem, tokens

Phrase = tuple[str, ...]
_ALIKE = 2
"""So many features of one beginning make a name of several: « Cèdre », « Église »."""
_OF_PERSON, _SHORT = 3, 4
_COMPOUND = re.compile(r"(\w+)(?:-\w+)+$")
"""The name of a commune of several words, which is said by the first one."""
_ADJECTIVES = frozenset(
    map(
        stem,
        [
            *(
                "ancien",
                "ancienne",
                "beau",
                "belle",
                "bas",
                "basse",
                "grand",
                "grande",
                "gros",
                "grosse",
                "haut",
                "haute",
            ),
            *("jeune", "nouveau", "nouvelle", "petit", "petite", "premier", "première", "vieux", "vieille"),
        ],
    )
)
"""Words that begin names and name no kind of thing: « anciennes carrières » are no « Ancienne mairie »."""
_SEPARATORS = re.compile(r"\s*[(),:;]\s*|\s+[–-]\s+")


class NamedFeature(NamedTuple):
    """A feature that has a name of its own; without ``pk``, the ``alike`` ones of a layer whose names have ``text``.

    ``is_part``: the phrase is a part of the name, before a comma or a dash, or between parentheses.
    """

    slug: str
    pk: int | None
    text: str
    alike: int = 1
    is_part: bool = False


def feature_names(words: LayerWords) -> Iterator[tuple[Phrase, NamedFeature]]:
    """Name the features of a layer, the worst names first: a later one replaces them."""
    named = [(pk, title, phrase(title)) for pk, title in words.titles]
    full_titles = Counter(form for _pk, _title, form in named)
    heads = Counter(form[:1] for _pk, _title, form in named)
    yield from _beginnings(words.slug, named, heads)
    yield from _in_small_letters(words.slug, named, full_titles, heads)
    for form, feature in _parts(named, full_titles):
        yield form, feature._replace(slug=words.slug)
    for pk, title, form in named:
        if len(form) > 1:
            yield form, NamedFeature(words.slug, pk if full_titles[form] == 1 else None, title)
        elif form and full_titles[form] == 1:
            yield form, NamedFeature(words.slug, None, title, heads[form])


def _beginnings(
    slug: str, named: Sequence[tuple[int, str, Phrase]], heads: Counter[Phrase]
) -> Iterator[tuple[Phrase, NamedFeature]]:
    """Name the features that begin with the same word."""
    for _pk, title, form in named:
        if form and heads[form[:1]] >= _ALIKE and form[0] not in _ADJECTIVES:
            word = next((each for each in tokens(title) if each.stem == form[0]), None)
            if word is not None and not form[0].isdecimal():
                if len(form[0]) < _SHORT:  # too short for the plural to be cut: « ifs »
                    yield (form[0] + "s",), NamedFeature(slug, None, word.text, heads[form[:1]])
                yield form[:1], NamedFeature(slug, None, word.text, heads[form[:1]])


def _in_small_letters(
    slug: str,
    named: Sequence[tuple[int, str, Phrase]],
    full_titles: Counter[Phrase],
    heads: Counter[Phrase],
) -> Iterator[tuple[Phrase, NamedFeature]]:
    """Name « Hangar Y » by « hangar y »: a capital alone is a name, a small letter a word that is skipped."""
    for pk, title, form in named:
        small = phrase(title.lower())
        if small and small != form and not full_titles[small] and heads[small[:1]] == 1:
            yield small, NamedFeature(slug, pk if len(small) > 1 else None, title)


def _parts(
    named: Sequence[tuple[int, str, Phrase]], full_titles: Counter[Phrase]
) -> Iterator[tuple[Phrase, NamedFeature]]:
    """Name features by the parts of their names: « observatoire de Meudon », « pont Hélène », « jardins familiaux »."""
    parts: defaultdict[Phrase, list[tuple[int, str, str]]] = defaultdict(list)
    for pk, title, form in named:
        for text in filter(None, _SEPARATORS.split(title)):
            part = phrase(text)
            if len(part) > 1 and part != form:
                parts[part].append((pk, title, text))
        if len(form) == _OF_PERSON:
            parts[form[0], form[2]].append((pk, title, ""))
        if (short := phrase(_COMPOUND.sub(r"\1", title))) != form and len(short) > 1:
            parts[short].append((pk, title, ""))  # « hôtel de ville de Boulogne »
    for part, features in parts.items():
        pk, title, text = features[0]
        is_one = len(features) == 1
        if not full_titles[part] and (is_one or all(each[2] for each in features)):
            name = title if is_one else text
            yield part, NamedFeature("", pk if is_one else None, name, len(features), is_part=True)
