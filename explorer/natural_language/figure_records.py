"""The figure of records: « combien de tourniquets », « points de charge non gratuits », « points CHAdeMO de 50 kW ».

Records that are the subject are counted themselves, by what is said of them and by what their layer says of all of them
together; the rows of the layer, or the number of records of each, would be others.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from explorer.natural_language.layer_index import Phrase
from explorer.natural_language.layer_words import FieldWords, LayerWords, RelationWords
from explorer.natural_language.parse_result import Clause, Figure, Reason, RecordWords, SpanKind
from explorer.natural_language.records import counts_records
from explorer.natural_language.state import NamedAmount, ParserState
from explorer.natural_language.tokens import phrase as phrase_of
from layers.definitions import FieldType


def of_records(state: ParserState, subject: Clause) -> Figure | None:
    """Return the figure of records, where the subject is named by them alone: « combien de tourniquets »."""
    figure = state.figure
    if figure.relation and not (figure.function or figure.measure or figure.per or figure.change):
        return Figure(
            function="count",
            relation=figure.relation,
            group=",".join(figure.groups),
            is_descending=figure.rank,
            limit=figure.limit,
        )
    is_subject = subject.is_implied or (counts_records(state, subject) and not subject.conditions)
    counted = [each for each in subject.records if not each.is_of_layer] if is_subject else []
    is_more = figure.function not in {"", "sum"} or figure.change or figure.per or figure.measure
    if not counted or not (figure.is_counted or figure.is_wanted) or is_more:
        return None
    relation = next(
        each
        for each in state.vocabulary.layers[subject.slug].words.relations
        if each.name == counted[0].relation
    )
    numbers = _numbers_of(state, subject, relation)
    is_named = counted[0].high != 0 or bool(numbers)
    words_by_record = _said_of_records(subject, relation) if is_named else None
    text = None if words_by_record is None else _filter_of_all(counted, list(words_by_record.values()))
    if text is None or words_by_record is None:
        if subject.is_implied and figure.is_counted:
            first = min(each.start for each in state.reading.pieces)
            state.gap_in_order(0, first, Reason.NO_FIELD)
        return None
    for each in numbers:
        state.amounts.remove(each)
        state.understood(each.start, each.end, SpanKind.ORDER)
    subject.records = [each for each in subject.records if each.is_of_layer]
    _forget(subject, words_by_record)
    return Figure(
        function="count",
        relation=counted[0].relation,
        record_filter=text,
        group=",".join(figure.groups),
        is_descending=figure.rank,
        limit=figure.limit,
    )


def _numbers_of(state: ParserState, subject: Clause, relation: RelationWords) -> list[NamedAmount]:
    """Return the numbers that count records and name them here: « points de charge (gratuits) »."""
    title = set(phrase_of(relation.title))
    own = (each for each in state.amounts if each.slug == subject.slug and each.start >= 0)
    return [each for each in own if title <= set(phrase_of(each.field.title))]


def _said_of_records(subject: Clause, relation: RelationWords) -> dict[str, RecordWords] | None:
    """Return by field what a layer says of its records together and each says of itself: « points CHAdeMO de 50 kW ».

    None where the records do not say it in one condition.
    """
    records: dict[str, RecordWords] = {}
    for name in subject.conditions.keys() & subject.fields.keys():
        field, values = subject.fields[name], subject.conditions[name]
        own, field_values = _own_number(relation, field), values
        if field.type is FieldType.TEXTS:
            labels = {each.value: phrase_of(each.label) for each in field.values}
            kind = _kind_of(relation, labels.get(values[0], ())) if len(values) == 1 else ""
            own, field_values = next((each for each in relation.fields if each.name == kind), None), ["true"]
            if own is None:
                return None
        if own is not None:
            records[name] = RecordWords(relation.name, {own.name: field_values}, {own.name: own})
    return records


def _forget(subject: Clause, words_by_record: dict[str, RecordWords]) -> None:
    """Ask no more of the layer what is asked of each of its records."""
    for name in words_by_record:
        del subject.conditions[name]


def _own_number(relation: RelationWords, field: FieldWords) -> FieldWords | None:
    """Return the number of records that a number of their layer sums up: « puissance nominale », of the highest."""
    head = phrase_of(field.title)[:1]
    numbers = (each for each in relation.fields if each.is_number and field.unit)
    return next(
        (each for each in numbers if each.unit == field.unit and phrase_of(each.title)[:1] == head), None
    )


def of_kinds(state: ParserState, words: LayerWords, made: Figure) -> Figure | None:
    """Count the records that a number counts, by the kinds that a list of the layer names: « points CHAdeMO ».

    A station with such a point may have others: its number of points would be too many. None without such records.
    """
    subject, amount = state.reading.subject, words.field(made.field)
    conditioned = (
        [each for name, each in subject.fields.items() if name in subject.conditions] if subject else []
    )
    lists = [each for each in conditioned if each.type is FieldType.TEXTS]
    if subject is None or amount is None or made.function != "sum":
        return made
    form = set(phrase_of(amount.title))
    relation = next((each for each in words.relations if set(phrase_of(each.title)) <= form), None)
    named = next((each for each in state.amounts if each.field is amount), None)
    numbers = [each for each in conditioned if relation and _own_number(relation, each)]
    if relation is not None and named is not None and numbers and subject.is_implied:
        words_by_record = _said_of_records(subject, relation)
        text = _filter_of_all(list(words_by_record.values())) if words_by_record else None
        if text is None or words_by_record is None:
            return None
        _forget(subject, words_by_record)
        state.amounts.remove(named)
        state.understood(named.start, named.end, SpanKind.ORDER)
        return replace(made, function="count", field="", relation=relation.name, record_filter=text)
    if not lists:
        return made
    if relation is None or named is None or len(lists) > 1:
        return None
    labels = {each.value: phrase_of(each.label) for each in lists[0].values}
    kinds = [_kind_of(relation, labels.get(value, ())) for value in subject.conditions[lists[0].name]]
    if not all(kinds):
        return None
    del subject.conditions[lists[0].name]
    state.amounts.remove(named)
    state.understood(named.start, named.end, SpanKind.ORDER)
    text = " OR ".join(f'"{each}" = TRUE' for each in dict.fromkeys(kinds))
    return replace(made, function="count", field="", relation=relation.name, record_filter=text)


def _kind_of(relation: RelationWords, label: Phrase) -> str:
    """Return the yes or no of records whose title ends with a label: « prise CHAdeMO »."""
    named = (each for each in relation.fields if each.is_boolean and label)
    return next((each.name for each in named if phrase_of(each.title)[-len(label) :] == label), "")


def _filter_of_all(named: Sequence[RecordWords], related: Sequence[RecordWords] = ()) -> str | None:
    """Return the conditions of records that are the subject, in CQL2; None where they are of several records each.

    ``named`` are in the order of the text, ``related`` what is said of each of them beside.
    """
    records = [*named, *related]
    first, *more = records
    is_counted = any((each.low, each.high) not in {(1, None), (0, 0)} for each in records)
    if is_counted or any(each.relation != first.relation or each.is_all for each in records):
        return None
    if more and all(
        each.conditions.keys() == first.conditions.keys() and each.high is None for each in records
    ):
        # « Toboggans et balançoires » are all of them.
        texts = list(dict.fromkeys(each.filter for each in records))
        return texts[0] if len(texts) == 1 else " OR ".join(f"({each})" for each in texts if each)
    fields = [name for each in records for name in each.conditions]
    if len(fields) != len(set(fields)):
        return None
    texts = [f"NOT ({each.filter})" if each.high == 0 else each.filter for each in records if each.filter]
    return " AND ".join(texts) if len(texts) < 2 else " AND ".join(f"({each})" for each in texts)
