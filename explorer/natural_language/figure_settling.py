"""The figure of a question, from its words and its subject once the whole text is read."""

from __future__ import annotations

from dataclasses import replace

from explorer.natural_language import parse_result
from explorer.natural_language.layer_index import Phrase
from explorer.natural_language.layer_words import LayerWords, RelationWords
from explorer.natural_language.numbers import unit_of
from explorer.natural_language.parse_result import Clause, Figure, Reason, SpanKind
from explorer.natural_language.state import FigureWords, NamedAmount, ParserState
from explorer.natural_language.tokens import phrase as phrase_of
from interface.territory import COMMUNES_LAYER
from layers.definitions import FieldType
from layers.parsing.query import AREA, LENGTH


def settle_figure(state: ParserState) -> None:
    """Make the figure of the subject from the words that were read; report those that led to none."""
    figure, subject = state.figure, state.reading.subject or _communes(state)
    words = state.vocabulary.layers[subject.slug].words if subject else None
    named = [each for each in state.amounts if subject and each.slug == subject.slug]
    made = (_of_records(state, subject) or _figure(state, words, named)) if words and subject else None
    if made is not None and words and subject:
        made = _of_kinds(state, words, made)
    _check_order(state, words, made)
    if made is None:
        for each in state.amounts:
            state.gap_in_order(each.start, each.end, Reason.NO_FIELD)
        for start, end in figure.spans:
            state.gap_in_order(start, end, Reason.UNKNOWN)
        return
    used = next((each for each in named if each.field.name == made.field), None)
    for each in state.amounts:
        if each is used:
            state.understood(each.start, each.end, SpanKind.ORDER)
        else:
            state.gap_in_order(each.start, each.end, Reason.NO_FIELD)
    for start, end in figure.spans:
        state.understood(start, end, SpanKind.ORDER)
    state.reading.figure = made


def _check_order(state: ParserState, words: LayerWords | None, made: Figure | None) -> None:
    """Report an order that rows would not have: of a figure, or of the rows of several years."""
    reading = state.reading
    if reading.order is None or words is None or reading.subject is None:
        return
    years = [each.name for each in words.fields if each.is_year] if words.is_table else []
    is_mixed = bool(years) and not set(years) & reading.subject.conditions.keys()
    if made is not None or is_mixed:
        order, reading.order = reading.order, None
        reading.pieces = [
            each for each in reading.pieces if (each.start, each.end) != (order.start, order.end)
        ]
        state.gap_in_order(order.start, order.end, Reason.SUPERLATIVE)


def _communes(state: ParserState) -> Clause | None:
    """Make the communes the subject of an area of nothing else: « superficie de Sèvres », « surface du territoire »."""
    is_area = state.figure.measure == AREA and not state.amounts and not state.reading.clauses
    is_of_nothing_else = is_area and not state.reading.gaps and COMMUNES_LAYER in state.vocabulary.layers
    if not is_of_nothing_else:
        return None
    clause = Clause(COMMUNES_LAYER, None)
    if state.reading.communes:
        clause.conditions["code"] = list(state.reading.communes)
        state.reading.communes.clear()
    state.reading.clauses.append(clause)
    return clause


def _of_records(state: ParserState, subject: Clause) -> Figure | None:
    """Return the figure of records, where the subject is named by them alone: « combien de tourniquets »."""
    figure = state.figure
    is_alone = subject.is_implied and len(subject.records) == 1 and not subject.conditions
    if not is_alone or not (figure.is_counted or figure.is_wanted) or figure.function not in {"", "sum"}:
        return None
    records = subject.records.pop()
    if records.high == 0 or figure.measure:
        subject.records.append(records)
        return None
    return Figure(
        function="count",
        relation=records.relation,
        record_filter=records.filter,
        group=figure.group,
        is_descending=figure.rank,
        limit=figure.limit,
    )


def _figure(state: ParserState, words: LayerWords, named: list[NamedAmount]) -> Figure | None:
    """Return the figure; None when nothing but rows is wanted, or when the layer does not have it."""
    figure = state.figure
    target = _target(state, words, named)
    if target is None and not figure.is_wanted:
        return None
    if target is None and (figure.function not in {"", "share"} or figure.measure):
        return None
    group = _group(figure, words)
    if group is None or (figure.function == "share" and (target or group)):
        return None
    function = figure.function
    if target is None:
        function = function or "count"
        if function == "sum":
            function = "count"
    elif target in {AREA, LENGTH}:
        if function not in {"", "sum"}:
            return None
    else:
        amount = next(each for each in words.fields if each.name == target)
        function = function or ("sum" if amount.is_additive else "avg")
    year = next((each.name for each in words.fields if each.is_year), "") if words.is_table else ""
    conditions = state.reading.subject.conditions if state.reading.subject else {}
    return Figure(
        function=function,
        field=target or "",
        group=group,
        is_descending=figure.rank,
        limit=figure.limit,
        latest=year if year and year not in conditions and year != group else "",
        unit=figure.unit,
        is_trend=figure.is_trend or bool(figure.period),
    )


def _of_kinds(state: ParserState, words: LayerWords, made: Figure) -> Figure | None:
    """Count the records that a number counts, by the kinds that a list of the layer names: « points CHAdeMO ».

    A station with such a point may have others: its number of points would be too many. None without such records.
    """
    subject, amount = state.reading.subject, words.field(made.field)
    asked = [each for name, each in subject.fields.items() if name in subject.conditions] if subject else []
    lists = [each for each in asked if each.type is FieldType.TEXTS]
    if subject is None or amount is None or not lists or made.function != "sum":
        return made
    form = set(phrase_of(amount.title))
    relation = next((each for each in words.relations if set(phrase_of(each.title)) <= form), None)
    named = next((each for each in state.amounts if each.field is amount), None)
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


def _begins_with(state: ParserState, named: NamedAmount) -> bool:
    """Whether the text begins with the title of an amount: « montées par jour sur la ligne D »."""
    title = phrase_of(named.field.title)[:1]
    return named.field.is_additive and named.start <= 1 and title == (state.tokens[named.start].stem,)


def _target(state: ParserState, words: LayerWords, named: list[NamedAmount]) -> str | None:
    """Return what is measured: a field by name, ``AREA`` or ``LENGTH``; None for rows."""
    figure = state.figure
    is_asked = figure.is_wanted or figure.is_counted or words.is_table
    if figure.measure:
        kind = "area" if figure.measure == AREA else "length"
        own = [each for each in words.fields if each.is_additive and unit_of(each.unit)[0] == kind]
        if own:
            return own[0].name
        return figure.measure if words.measure == figure.measure else None
    for each in named:
        if is_asked or _begins_with(state, each):
            return each.field.name
    amounts = [each for each in words.fields if each.is_additive] if words.is_table else []
    if len(amounts) == 1 or (amounts and (figure.is_wanted or figure.is_counted)):
        return amounts[0].name  # of a table, the amount is what is looked for
    return None


def _group(figure: FigureWords, words: LayerWords) -> str | None:
    """Return the key of the groups, empty for none; None when the layer has no such date."""
    if figure.group and words.has_commune is False and figure.group == "commune":
        return None
    if figure.group:
        is_own = figure.group == "commune" or words.field(figure.group) is not None
        return figure.group if is_own else None
    period = figure.period or ("year" if figure.is_trend else "")
    if not period:
        return ""
    year = next((each for each in words.fields if each.is_year), None)
    if period == "year" and year is not None:
        return year.name
    dated = parse_result.dated_field(words)
    if dated is None or dated.type not in {FieldType.DATE, FieldType.DATETIME}:
        return None
    return f"{period}:{dated.name}"
