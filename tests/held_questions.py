"""Run a set of questions with expected answers against the demonstration: right, said or silently wrong.

    PORTAL_DATA=… ./portal manage shell -c "from tests.held_questions import main; main('questions.jsonl')"

An expectation is what a person computed by SQL without reading the grammar: ids of rows, their order, a count, a value
or groups; ``alternatives`` are answers that are right too. A question that cannot be answered names words
(``must_name``) that must be reported. The answer of the portal is read through the scope of the person, from the
address that the question becomes.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass, replace
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models import QuerySet
from django.utils import timezone

from explorer.map_state.parsing import MapQuery, parse_map
from explorer.map_state.queries import layer_query
from explorer.natural_language.address_search import address_search
from explorer.natural_language.figure_answers import read_figure
from explorer.natural_language.figure_values import FigureAnswer
from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.queries import vocabulary_of
from explorer.question.answers import order_key
from interface.text import fold
from layers import access
from layers.access import Scope
from layers.definitions import FieldType
from layers.parsing import SortKey
from layers.queries import ordered
from layers.visitor import Visitor
from tests.questions import pairs_of

_FACTORS = {"m²": (1, 1e-4, 1e-6), "m": (1, 1e-3), "km": (1, 1e3)}
RIGHT, SAID, SILENT = "right", "said", "silent"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: its verdict, the answer, and the words that were reported."""

    question: Mapping[str, Any]
    verdict: str
    answer: Mapping[str, Any]
    unread: tuple[str, ...]
    reading: Understood


def outcomes(path: Path, today: dt.date | None = None) -> Iterator[Outcome]:
    """Ask every question of a file."""
    visitor = Visitor(instant=timezone.now())
    vocabulary, _is_complete = vocabulary_of(visitor, 600)
    for line in path.read_text("utf-8").splitlines():
        question = json.loads(line)
        day, search = today or timezone.localdate(), address_search(visitor, vocabulary)
        reading = interpret(question["question"], vocabulary, day, search)
        yield outcome(question, reading, visitor)


def outcome(question: Mapping[str, Any], reading: Understood, visitor: Visitor) -> Outcome:
    """Compare the answer of a reading with what is expected of a question."""
    unread = tuple(unused.text for unused in reading.not_understood)
    answer = answer_of(reading, visitor, question.get("position"))
    verdict = _verdict(question, answer, unread)
    return Outcome(question, verdict, answer, unread, reading)


def _verdict(question: Mapping[str, Any], answer: Mapping[str, Any], unread: Sequence[str]) -> str:
    if not question["answerable"]:
        named = fold(" ".join(unread))
        is_named = any(fold(word) in named for word in question["must_name"])
        is_none = not answer or answer.get("count") == 0 or answer.get("value", 0) is None
        return RIGHT if is_named or is_none else SILENT
    accepted = [question, *question.get("alternatives", ())]
    if any(_is_equal(each, answer, each.get("layer", question["layer"])) for each in accepted):
        return RIGHT
    return SAID if unread or not answer else SILENT


def _is_equal(expectation: Mapping[str, Any], answer: Mapping[str, Any], layer: str) -> bool:
    expected, kind = expectation["expected"], expectation["expects"]
    if kind in {"value", "groups"}:
        return _is_same_value(expected, answer) if kind == "value" else _is_same_groups(expected, answer)
    if answer.get("layer") != layer or "value" in answer or "groups" in answer:
        return False
    if kind in {"order", "nearest"}:
        order = answer.get("order", [])
        return bool(order[: len(expected["order"]) if kind == "nearest" else None] == expected["order"])
    ids = sorted(answer["ids"])
    return ids == sorted(expected["ids"]) if "ids" in expected else len(ids) == expected["count"]


def _is_same_value(expected: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    value, got = expected["value"], answer.get("value", answer.get("count"))
    if isinstance(value, str):
        return len(answer.get("groups", ())) == 1 and fold(value) in {
            fold(str(each)) for each in answer["texts"]
        }
    # A figure is right in any unit that is written with it.
    return got is not None and any(
        math.isclose(got * factor, value, rel_tol=0.01, abs_tol=0.005)
        for factor in answer.get("factors", (1,))
    )


def _is_same_groups(expected: Mapping[str, Any], answer: Mapping[str, Any]) -> bool:
    wanted = expected["groups"]
    # Groups are right in any unit that is written with them.
    return any(
        _is_same_labels(wanted, _times(answer.get(name, {}), factor))
        for name in ("groups", "codes")
        for factor in answer.get("factors", (1,))
    )


def _times(groups: Mapping[str, float | None], factor: float) -> dict[str, float]:
    return {key: value * factor for key, value in groups.items() if value is not None}


def _is_same_labels(wanted: Mapping[str, float], groups: Mapping[str, float]) -> bool:
    got = {fold(str(key)): value for key, value in groups.items()}
    if len(wanted) == 1 and got:
        first = next(iter(got))
        got = {first: got[first]}
    return len(got) == len(wanted) and all(
        fold(key) in got and math.isclose(got[fold(key)], value, rel_tol=0.01)
        for key, value in wanted.items()
    )


def answer_of(
    reading: Understood, visitor: Visitor, position: tuple[float, float] | None = None
) -> dict[str, Any]:
    """Return the answer of a reading: the ids of rows, in order where it asks for one; a value, or groups."""
    parameters: dict[str, list[str]] = {}
    for name, value in reading.parameters:
        parameters.setdefault(name, []).append(value)
    if not reading.subject:
        return {}
    if parameters.get("near") == ["moi"]:
        parameters["near"] = [",".join(map(str, position or (0, 0)))]
    scopes = {scope.slug: scope for scope in access.visible(visitor)}
    scope = scopes[reading.subject]
    if reading.figure is not None:
        return _figure(read_figure(scope, reading.figure, parse_map(parameters), scopes))
    rows, first, query = _rows(scope, parameters, scopes, is_everywhere=reading.is_around_default)
    ids = list(rows.values_list("pk", flat=True))
    answer: dict[str, Any] = {"layer": scope.slug, "ids": ids, "count": len(ids)}
    if "near" in parameters and position:
        answer["order"] = _nearest(scope, ids, position)[: reading.around_count or None]
    elif key := order_key(query, scope):
        count = int(first.rpartition(":")[2] or 0)
        selection = replace(layer_query(scope, query.without_point(), scopes).selection, queryset=rows)
        order = ordered(selection, SortKey(key.removeprefix("-"), key.startswith("-"))).values_list(
            "pk", flat=True
        )
        answer["order"] = list(order[:count] if count else order)
        if count:
            answer["ids"], answer["count"] = answer["order"], len(answer["order"])
    return answer


def _figure(figure: FigureAnswer) -> dict[str, Any]:
    """Return what a figure answers: groups, and the value beside them (a change, or that of one object)."""
    answer: dict[str, Any] = {"factors": _FACTORS.get(figure.unit, (1,))}
    if figure.groups:
        answer["groups"] = {group.label: group.value for group in figure.groups}
        answer["codes"] = {group.code: group.value for group in figure.groups}
        answer["texts"] = [text for group in figure.groups[:1] for text in (group.code, group.words)]
    if figure.value is not None or not figure.groups:
        answer["value"] = figure.value
    return answer


def _rows(
    scope: Scope, parameters: dict[str, list[str]], scopes: Mapping[str, Scope], *, is_everywhere: bool
) -> tuple[QuerySet[Any], str, MapQuery]:
    """Return the rows that answer, the first ones wanted and the query."""
    requested = dict(parameters)
    name = f"{scope.slug}.premiers"
    first = requested.get(name, [""])[0]
    if first:
        requested["ordre"] = [first.rpartition(":")[0]]
    query = parse_map(requested)
    # The tab « Autour » lists the nearest, beyond the radius too.
    rows = layer_query(scope, query.without_point() if is_everywhere else query, scopes).selection.queryset
    return rows, first, query


def _nearest(scope: Scope, ids: list[int], position: tuple[float, float]) -> list[int]:
    table = connection.ops.quote_name(scope.definition.model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {table} WHERE id = ANY(%s) ORDER BY ST_Distance(geom::geography,"
            " ST_SetSRID(ST_MakePoint(%s, %s), 4326)::geography)",
            [ids, *position],
        )
        return [row[0] for row in cursor.fetchall()]


def main(path: str, *, is_long: bool = True) -> None:
    """Print the outcome of each question that is not right, then the count of each verdict."""
    counts: Counter[str] = Counter()
    for one in outcomes(Path(path)):
        counts[one.verdict] += 1
        if one.verdict != RIGHT and is_long:
            _print(one)
    total = sum(counts.values())
    print(
        f"{counts[RIGHT]} right of {total} ({100 * counts[RIGHT] / total:.1f} %), {counts[SAID]} said,"
        f" {counts[SILENT]} silent"
    )


def record(path: str, to: str, today: str) -> None:
    """Write what each question was read as, with its verdict, for the test without the demonstration."""
    lines = [
        {
            "id": one.question["id"],
            "question": one.question["question"],
            "verdict": one.verdict,
            "reading": pairs_of(one.reading),
            "unread": one.unread,
        }
        for one in outcomes(Path(path), dt.date.fromisoformat(today))
    ]
    text = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    Path(to).write_text(text + "\n", "utf-8")


def _print(one: Outcome) -> None:
    question = one.question
    print(f"{one.verdict.upper():7}{question['id']} {question['kind']}: {question['question']}")
    print(
        "       =",
        " & ".join(f"{name}={value}" for name, value in one.reading.parameters),
        "| unread:",
        list(one.unread),
    )
    short = {name: (value[:8] if isinstance(value, list) else value) for name, value in one.answer.items()}
    print("       got", short, "| expected", str(question.get("expected", question.get("must_name")))[:140])


def record_vocabulary(to: str) -> None:
    """Write the words that the public sees, for the tests without the demonstration; default values are left out."""
    vocabulary, _is_complete = vocabulary_of(Visitor(instant=timezone.now()), 600)
    document = {
        "communes": [
            {"code": town.code, "name": town.name, "postcodes": town.postcodes}
            for town in vocabulary.towns.values()
        ],
        "layers": [_words(index.words) for index in vocabulary.layers.values()],
    }
    Path(to).write_text(json.dumps(document, ensure_ascii=False, separators=(",", ":")) + "\n", "utf-8")


def _words(value: Any) -> Any:
    if is_dataclass(value):
        named = ((each, getattr(value, each.name)) for each in fields(value))
        return {each.name: _words(content) for each, content in named if content != each.default}
    if isinstance(value, FieldType):
        return value.value
    return [_words(each) for each in value] if isinstance(value, tuple) else value
