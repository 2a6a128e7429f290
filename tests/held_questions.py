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
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.db import connection
from django.utils import timezone

from explorer.map_state.parsing import parse_map
from explorer.map_state.queries import layer_query
from explorer.natural_language.interpretation import Understood, interpret
from explorer.natural_language.queries import vocabulary_of
from explorer.question.answers import order_key
from gisportal.accounts.models import User
from interface.text import fold
from layers import access
from layers.access import Scope
from layers.parsing import SortKey
from layers.queries import ordered
from layers.visitor import Visitor

ACCOUNTS = {
    "public": "",
    "planner": "urbaniste",
    "agent": "agent-jeux",
    "elected": "elu",
    "head of directorate": "direction-generale",
    "producer": "geomaticien",
}
RIGHT, SAID, SILENT = "right", "said", "silent"
FIRST = 40
# A line or a surface is of a commune when it goes five metres, or one, into it.
_OWN = """
SELECT t.id FROM {table} t, layers_commune c WHERE c.code = ANY(%s) AND CASE ST_Dimension(t.geom)
WHEN 0 THEN ST_Intersects(t.geom, c.geom)
WHEN 1 THEN ST_Length(ST_Intersection(ST_Transform(t.geom, 2154), ST_Transform(c.geom, 2154))) > 5
ELSE ST_Intersects(ST_Transform(t.geom, 2154), ST_Buffer(ST_Transform(c.geom, 2154), -1)) END
"""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a question: its verdict, the answer, and the words that were reported."""

    question: Mapping[str, Any]
    verdict: str
    answer: Mapping[str, Any]
    told: tuple[str, ...]
    reading: Understood


def visitor_named(name: str) -> Visitor:
    """Return the visitor of an account, or the public."""
    if not name:
        return Visitor(instant=timezone.now())
    user = User.objects.get(username=name)
    groups = frozenset(user.groups.values_list("pk", flat=True))
    return Visitor(instant=timezone.now(), user_id=user.pk, username=name, groups=groups)


def outcomes(path: Path, today: dt.date | None = None) -> Iterator[Outcome]:
    """Ask every question of a file."""
    vocabularies: dict[str, Any] = {}
    for line in path.read_text("utf-8").splitlines():
        question = json.loads(line)
        visitor = visitor_named(ACCOUNTS[question["person"]])
        if visitor.username not in vocabularies:
            vocabularies[visitor.username] = vocabulary_of(visitor, 600)[0]
        reading = interpret(
            question["question"], vocabularies[visitor.username], today or timezone.localdate()
        )
        yield outcome(question, reading, visitor)


def outcome(question: Mapping[str, Any], reading: Understood, visitor: Visitor) -> Outcome:
    """Compare the answer of a reading with what is expected of a question."""
    told = tuple(unused.text for unused in reading.not_understood)
    answer = answer_of(reading, visitor, question.get("position"))
    if not question["answerable"]:
        named = fold(" ".join(told))
        is_named = all(fold(word) in named for word in question["must_name"])
        is_empty = answer.get("count") == 0 and not told
        verdict = RIGHT if is_named or is_empty else SAID if told or not reading.parameters else SILENT
        return Outcome(question, verdict, answer, told, reading)
    accepted = [question, *question.get("alternatives", ())]
    is_right = any(_is_equal(each, answer, question.get("layer", "")) for each in accepted)
    verdict = SAID if told or not answer else RIGHT if is_right else SILENT
    return Outcome(question, verdict, answer, told, reading)


def _is_equal(expectation: Mapping[str, Any], answer: Mapping[str, Any], layer: str) -> bool:
    expected, kind = expectation["expected"], expectation["expects"]
    if kind in {"rows", "count"} and "ids" in expected and "ids" in answer:
        return sorted(answer["ids"]) == sorted(expected["ids"]) and answer["layer"] == layer
    if kind == "order":
        return answer.get("layer") == layer and answer.get("order", [])[:FIRST] == expected["order"]
    if kind == "nearest":
        first = answer.get("order", [])[: len(expected["order"])]
        return answer.get("layer") == layer and first == expected["order"]
    if kind in {"value", "count"}:
        value = answer.get("value", answer.get("count"))
        return value is not None and math.isclose(value, expected["value"], rel_tol=0.002, abs_tol=0.01)
    if kind == "groups":
        groups = answer.get("groups", {})
        return groups.keys() == expected["groups"].keys() and all(
            math.isclose(groups[key], value, rel_tol=0.002) for key, value in expected["groups"].items()
        )
    return False


def answer_of(
    reading: Understood, visitor: Visitor, position: tuple[float, float] | None = None
) -> dict[str, Any]:
    """Return the answer of a reading: the ids of rows, in order where it asks for one; a value, or groups."""
    parameters = dict[str, list[str]]()
    for name, value in reading.parameters:
        parameters.setdefault(name, []).append(value)
    if not reading.subject:
        return {}
    if parameters.get("near") == ["moi"]:
        parameters["near"] = [",".join(map(str, position or (0, 0)))]
    codes = parameters.pop("commune", [""])[0]
    scopes = {scope.slug: scope for scope in access.visible(visitor)}
    scope = scopes[reading.subject]
    # A commune is applied by the rule above, so the first rows are taken after it.
    first = (
        parameters.pop(f"{scope.slug}.premiers", [])
        if codes
        else parameters.get(f"{scope.slug}.premiers", [])
    )
    query = parse_map(parameters | ({"ordre": [first[0].partition(":")[0]]} if first else {}))
    is_near = "near" in parameters
    # The tab « Autour » lists the nearest, beyond the radius too.
    plain = query.without_point() if is_near and reading.is_around_default else query
    rows = layer_query(scope, plain, scopes).selection.queryset
    if codes:
        rows = rows.filter(pk__in=_of_communes(scope, codes.split(",")))
    ids = list(rows.values_list("pk", flat=True))
    answer: dict[str, Any] = {"layer": scope.slug, "ids": ids, "count": len(ids)}
    if is_near and position:
        answer["order"] = _nearest(scope, ids, position)
        if reading.around_count:
            answer["order"] = answer["order"][: reading.around_count]
    elif key := order_key(query, scope.slug):
        name, _colon, count = first[0].partition(":") if first else (key, "", "")
        selection = replace(layer_query(scope, plain, scopes).selection, queryset=rows)
        order = ordered(selection, SortKey(key.removeprefix("-"), key.startswith("-"))).values_list(
            "pk", flat=True
        )
        answer["order"] = list(order[: int(count)] if count else order)
        if count:
            answer["ids"], answer["count"] = answer["order"], len(answer["order"])
    return answer


def _of_communes(scope: Scope, codes: list[str]) -> list[int]:
    model = scope.definition.model
    if not scope.definition.geometry.is_located:
        return list(scope.queryset.filter(commune__in=codes).values_list("pk", flat=True))
    with connection.cursor() as cursor:
        cursor.execute(_OWN.format(table=connection.ops.quote_name(model._meta.db_table)), [codes])
        return [row[0] for row in cursor.fetchall()]


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


def _print(one: Outcome) -> None:
    question = one.question
    print(f"{one.verdict.upper():7}{question['id']} {question['kind']}: {question['question']}")
    print(
        "       =",
        " & ".join(f"{name}={value}" for name, value in one.reading.parameters),
        "| told:",
        list(one.told),
    )
    short = {name: (value[:8] if isinstance(value, list) else value) for name, value in one.answer.items()}
    print("       got", short, "| expected", str(question.get("expected", question.get("must_name")))[:140])
