"""The two hundred questions in French, and the vocabulary of the demonstration's catalogue, as the public sees it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from explorer.natural_language.interpretation import Understood
from explorer.natural_language.layer_index import index_layer
from explorer.natural_language.layer_words import FieldWords, LayerWords, RelationWords, Town, ValueWords
from explorer.natural_language.numbers import AmountComparison, range_text
from explorer.natural_language.vocabulary import Vocabulary
from layers.definitions import FieldType

FOLDER = Path(__file__).parent / "unit" / "explorer"
NOTHING = "-"


@dataclass(frozen=True, slots=True)
class Question:
    """A question, the parameters of the map that it must become, sorted, and the words that must be told."""

    text: str
    parameters: tuple[tuple[str, str], ...]
    not_understood: tuple[str, ...]


@cache
def questions() -> tuple[Question, ...]:
    """Read the questions."""
    lines = [line for line in (FOLDER / "questions.txt").read_text("utf-8").split("\n") if line[:1] != "#"]
    blocks = [block.split("\n") for block in "\n".join(lines).strip().split("\n\n")]
    return tuple(_question(*(line for line in block if line)) for block in blocks if any(block))


def _question(text: str, expected: str, told: str = "") -> Question:
    subject, *conditions = (part.strip() for part in expected.split(" & "))
    pairs = [] if subject == NOTHING else [("sujet", subject)]
    for part in conditions:
        name, _equal, value = part.partition("=")
        pairs.append((subject + name if name.startswith(".") else name, value))
    words = (word.strip() for word in told.removeprefix("?").split("|"))
    return Question(text, tuple(sorted(pairs)), tuple(filter(None, words)))


def pairs_of(reading: Understood) -> tuple[tuple[str, str], ...]:
    """Return the parameters of a reading, sorted, with its figure: ``sum:places``, ``count by commune, first 1``."""
    figure = reading.figure
    if figure is None:
        return tuple(sorted(reading.parameters))
    text = f"{figure.function}:{figure.field}" if figure.field else figure.function
    text += f" of {figure.relation}" if figure.relation else ""
    text += f" of each {figure.mean_over}" if figure.mean_over else ""
    text += f" over {figure.over}" if figure.over else ""
    text += f" of the part in {', '.join(figure.whole)}" if figure.whole else ""
    text += " of the territory" if figure.is_of_territory else ""
    text += f" per {figure.per_count} {figure.per}" if figure.per else ""
    text += f" from {figure.change[1]} to {figure.change[2] or 'now'}" if figure.change else ""
    text += " in %" if figure.is_relative else ""
    text += f" by {figure.group}" if figure.group else ""
    text += f", {_bounds(figure.bounds)}" if figure.bounds else ""
    text += f", first {figure.limit}" if figure.limit else ""
    text += f", last {figure.latest}" if figure.latest else ""
    return tuple(sorted([*reading.parameters, ("figure", text)]))


def _bounds(bounds: AmountComparison) -> str:
    return range_text(bounds, worth=1.0, is_integer=True)


@cache
def demo_words() -> tuple[LayerWords, ...]:
    """Read the words of the layers that the public sees."""
    return tuple(map(_layer, _document()["layers"]))


@cache
def demo_vocabulary() -> Vocabulary:
    """Compile the vocabulary of the public."""
    towns = [Town(each["code"], each["name"], tuple(each["postcodes"])) for each in _document()["communes"]]
    return Vocabulary(map(index_layer, demo_words()), towns)


@cache
def public_vocabulary() -> Vocabulary:
    """Compile the vocabulary of all that the public saw of the demonstration when the held-out sets were proven."""
    document = json.loads((FOLDER / "held" / "vocabulary.json").read_text("utf-8"))
    towns = [Town(each["code"], each["name"], tuple(each["postcodes"])) for each in document["communes"]]
    return Vocabulary(map(index_layer, map(_layer, document["layers"])), towns)


@cache
def five_hundred_layers() -> Vocabulary:
    """Compile the vocabulary of the public with layers of invented names beside, as many as make five hundred."""
    demo = demo_vocabulary()
    invented = (_invented(number) for number in range(500 - len(demo.layers)))
    return Vocabulary([*demo.layers.values(), *map(index_layer, invented)], list(demo.towns.values()))


def _invented(number: int) -> LayerWords:
    syllables = [first + last for first in "bdfgjklmnprstvz" for last in ("ou", "an", "i", "o", "el", "ur")]
    names = [
        "".join(syllables[(number * k + k * k) % len(syllables)] for k in (3, 7, at)) for at in range(11, 31)
    ]
    kinds = tuple(ValueWords(name, name) for name in names[4:])
    fields = (
        FieldWords("nature", FieldType.TEXT, "Nature", values=kinds, is_listed=True),
        FieldWords("hauteur", FieldType.NUMBER, f"Hauteur {names[2]}", unit="m"),
        FieldWords("annee", FieldType.INTEGER, f"Année {names[3]}", is_year=True),
    )
    return LayerWords(f"couche-{number}", f"{names[0]} de {names[1]} {number}", names[0], fields)


def _document() -> Any:
    return json.loads((FOLDER / "demo_vocabulary.json").read_text("utf-8"))


def _layer(document: dict[str, Any]) -> LayerWords:
    titles = tuple((pk, title) for pk, title in document.pop("titles", ()))
    fields = tuple(_field(each) for each in document.pop("fields"))
    relations = tuple(
        RelationWords(each["name"], each["title"], tuple(map(_field, each.get("fields", ()))))
        for each in document.pop("relations", ())
    )
    return LayerWords(**_tuples(document), fields=fields, titles=titles, relations=relations)


def _field(document: dict[str, Any]) -> FieldWords:
    kind = FieldType(document.pop("type"))
    values = tuple(ValueWords(**_tuples(each)) for each in document.pop("values", ()))
    return FieldWords(**_tuples(document), type=kind, values=values)


def _tuples(document: dict[str, Any]) -> dict[str, Any]:
    return {name: tuple(value) if isinstance(value, list) else value for name, value in document.items()}
