"""The figure of a question, from its words and its subject once the whole text is read."""

from __future__ import annotations

from dataclasses import replace

from explorer.natural_language import parse_result
from explorer.natural_language.amount_words import of_verb
from explorer.natural_language.changes import change_of
from explorer.natural_language.figure_records import of_kinds, of_records
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.lookups import looked_up, report_mentions
from explorer.natural_language.numbers import unit_of
from explorer.natural_language.parse_result import AGE, VALUE, Clause, Figure, Reason, SpanKind
from explorer.natural_language.people import people_ages
from explorer.natural_language.shares import TERRITORY, is_of_ground, total_of, whole_of
from explorer.natural_language.state import FigureWords, NamedAmount, ParserState
from explorer.natural_language.tokens import phrase as phrase_of
from interface.territory import COMMUNES_LAYER
from layers.definitions import FieldType
from layers.parsing.query import AREA, LENGTH

_OF_ONE = frozenset(["avg", "median", "max", "min"])


def settle_figure(state: ParserState) -> None:
    """Make the figure of the subject from the words that were read; report those that led to none."""
    subject = state.reading.subject or _communes(state)
    words = state.vocabulary.layers[subject.slug].words if subject else None
    named, made = list[NamedAmount](), None
    if words and subject:
        _report_description(state)
        named = _named_amounts(state, subject, words)
        made = looked_up(state, subject, words) or of_records(state, subject) or _figure(state, words, named)
        made = None if made is None else of_kinds(state, words, made)
    report_mentions(state)
    _check_order(state, words, made)
    _report(state, named, made)
    state.reading.figure = made


def _report_description(state: ParserState) -> None:
    """Report a mean or a maximum that describes things and is no figure of them: « parcs de taille moyenne »."""
    figure, reading = state.figure, state.reading
    if figure.function not in _OF_ONE or figure.is_counted or figure.groups:
        return
    ends = {each.end for each in reading.pieces if each.kind is not SpanKind.LOCATION}
    for start, end in figure.spans:
        amount = next((each for each in state.amounts if each.end == start), None)
        if (
            amount is None
            or amount.start - 1 not in ends
            or state.tokens[amount.start - 1].word not in {"de", "d"}
        ):
            continue
        figure.function = ""
        figure.spans.remove((start, end))
        state.amounts.remove(amount)
        state.gap_in_order(amount.start, end, Reason.NO_FIELD)
        return


def _report(state: ParserState, named: list[NamedAmount], made: Figure | None) -> None:
    """Note the words of the figure as understood, or report them where there is none."""
    fields = {*made.field.split("*"), f"{AGE}:{made.field}"} if made else set()
    used = {each.start for each in named if each.field.name in fields}
    # « Durée médiane des trajets »: the table is named so, beside the number that is used.
    subjects = (
        {each.start for each in state.reading.pieces if each.kind is SpanKind.SUBJECT} if used else set()
    )
    for each in state.amounts:
        if each.start in used and each.start >= 0:
            state.understood(each.start, each.end, SpanKind.ORDER)
        elif each.start >= 0 and each.start not in subjects:
            state.gap_in_order(each.start, each.end, Reason.NO_FIELD)
    for start, end in state.figure.spans:
        if made is None:
            state.gap_in_order(start, end, Reason.UNKNOWN)
        else:
            state.understood(start, end, SpanKind.ORDER)


def _named_amounts(state: ParserState, subject: Clause, words: LayerWords) -> list[NamedAmount]:
    """Return the numbers of the subject that were named."""
    named = _refined([each for each in state.amounts if each.slug == subject.slug])
    return named if state.figure.verb is None else _by_verb(state, subject, words, named)


def _refined(named: list[NamedAmount]) -> list[NamedAmount]:
    """Join two names of one number: « tarif (moyen d’une) journée » is the tariff that says the day."""
    if len(named) != 2:
        return named
    first, second = named
    words = set(phrase_of(first.field.title)) & set(phrase_of(second.field.title))
    return [replace(first, field=second.field), second] if words else named


def _by_verb(
    state: ParserState, subject: Clause, words: LayerWords, named: list[NamedAmount]
) -> list[NamedAmount]:
    """Return the number that a verb is of, where none is named; a verb of another number is reported."""
    assert state.figure.verb is not None
    start, end, titles = state.figure.verb
    field = of_verb(words, titles)
    if field is None or (named and named[0].field.unit != field.unit):
        state.gap_in_order(start, end, Reason.UNKNOWN)
        return named
    amount = NamedAmount(subject.slug, field, start, end)
    state.amounts.append(amount)
    return [*named, replace(amount, field=named[0].field if named else field)]


def _check_order(state: ParserState, words: LayerWords | None, made: Figure | None) -> None:
    """Report an order that rows would not have: of a figure, or of the rows of several years."""
    reading = state.reading
    if reading.order is None or words is None or reading.subject is None:
        return
    years = [each.name for each in words.fields if each.is_year] if words.is_table else []
    is_mixed = len(years) == 1 and not set(years) & reading.subject.conditions.keys()
    if (made is not None and made.function != VALUE) or is_mixed:
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


def _figure(state: ParserState, words: LayerWords, named: list[NamedAmount]) -> Figure | None:
    """Return the figure; None when nothing but rows is wanted, or when the layer does not have it."""
    figure, subject = state.figure, state.reading.subject
    target = _target(state, words, named)
    if subject is None or (target is None and not figure.is_wanted):
        return None
    if mean := _mean_of_times(state, words, target):
        return mean
    group = _group(figure, words)
    if group is None:
        return None
    _widen_kinds(state, subject, group)
    made = _share(state, words, target) if figure.function == "share" else _plain(state, words, target)
    if made is None:
        return None
    change = change_of(words, subject) if figure.change else None
    if figure.change and change is None:
        return None
    years = [each.name for each in words.fields if each.is_year] if words.is_table else []
    year = years[0] if len(years) == 1 else ""  # a table by year; indicators have several years of their own
    is_dated = not year or year in subject.conditions or year in group.split(",") or change is not None
    rank = figure.rank if figure.rank is None or figure.change >= 0 else not figure.rank
    return replace(
        made,
        group=group,
        is_descending=rank,
        limit=figure.limit,
        latest="" if is_dated else year,
        unit=figure.unit,
        is_trend=figure.is_trend or bool(figure.period),
        change=change,
        is_relative=figure.is_relative,
        bounds=figure.bounds,
    )


_GRAINS = {"day": "jour", "month": "mois"}


def _mean_of_times(state: ParserState, words: LayerWords, target: str | None) -> Figure | None:
    """Return the mean of the sums of each day, month or year of a table: « nombre moyen de trajets par jour »."""
    figure = state.figure
    amount = words.field(target) if target else None
    year = next((each for each in words.fields if each.is_year), None)
    dated = year if figure.period == "year" else parse_result.dated_field(words)
    is_grain = dated is not None and (
        dated is year or phrase_of(dated.title) == phrase_of(_GRAINS.get(figure.period, ""))
    )
    is_mean = (
        figure.function == "avg" and figure.period and not (figure.groups or figure.per or figure.change)
    )
    if amount is None or dated is None or not (is_mean and is_grain and amount.is_additive):
        return None
    return Figure("avg", amount.name, mean_over=dated.name, unit=figure.unit)


def _widen_kinds(state: ParserState, subject: Clause, group: str) -> None:
    """Drop the kind that a part of its name stands for, where groups are of kinds: « km de pistes par type »."""
    words = [each.stem for each in state.tokens if not each.is_glue]
    for key in set(group.split(",")) & subject.conditions.keys() & subject.fields.keys():
        values = subject.conditions[key]
        label = next((each.label for each in subject.fields[key].values if [each.value] == values), "")
        form = list(phrase_of(label))
        is_whole = any(words[start : start + len(form)] == form for start in range(len(words)))
        if len(form) > 1 and form[0] in words and not is_whole:
            del subject.conditions[key]


def _plain(state: ParserState, words: LayerWords, target: str | None) -> Figure | None:
    """Return the sum, the mean or another function of what is measured, or the count of rows."""
    figure = state.figure
    function = figure.function
    if target is None:
        # The rows of a table of amounts are no answer: one of them has to be named.
        is_of_amounts = words.is_table and any(each.is_additive for each in words.fields)
        if function not in {"", "sum"} or figure.measure or is_of_amounts:
            return None
        return Figure("count", per=figure.per, per_count=figure.per_count)
    if target in {AREA, LENGTH}:
        if function not in {"", "sum", "avg"} or (function == "avg" and figure.per):
            return None
        return Figure(function or "sum", target, per=figure.per, per_count=figure.per_count)
    if target.startswith(f"{AGE}:"):
        return Figure(AGE, target.partition(":")[2]) if function in {"", "avg"} and not figure.per else None
    if figure.function in {"avg", "median"} and target in people_ages(words):
        return Figure("avg", f"{target}*{people_ages(words)[target]}") if figure.function == "avg" else None
    amount = words.field(target)
    is_additive = amount is not None and amount.is_additive
    function = function or ("sum" if is_additive else "avg")
    if figure.per and function != "sum":
        return None
    return Figure(function, target, per=figure.per, per_count=figure.per_count)


def _share(state: ParserState, words: LayerWords, target: str | None) -> Figure | None:
    """Return a share: of a place, of the rows or the amount that the part has, or of the amount it is a part of."""
    figure, subject = state.figure, state.reading.subject
    assert subject is not None
    is_ground = is_of_ground(words)
    if figure.per:
        return Figure("sum", AREA, per=figure.per) if figure.per == TERRITORY and is_ground else None
    amount = words.field(target) if target else None
    if amount is not None and not amount.is_additive:
        return None
    if words.is_table and amount is None:
        return None
    if subject.is_implied and any(not each.is_of_layer for each in subject.records):
        return None  # « part des points de charge gratuits » is of the points, and of no station
    if subject.is_implied and not _is_of_kind(state, words, subject):
        return None  # « part des logements sociaux » is of no list of kinds
    whole = whole_of(figure, subject, words)
    second_subjects = [each for each in state.reading.clauses if each is not subject and not each.is_left_out]
    is_part = bool(
        set(subject.conditions) - set(whole) or subject.measures or subject.records or second_subjects
    )
    share = Figure("share", target or "", whole=whole)
    has_own_area = any(unit_of(each.unit)[0] == "area" for each in words.fields if each.is_additive)
    # « Quelle part des zones sont naturelles » counts: the verb may stand inside the name of the value.
    after = state.tokens[min((end for _start, end in figure.spans), default=0) :]
    is_said_of_rows = figure.whole is not None or any(each.word in {"est", "sont"} for each in after)
    if is_part and is_ground and not (has_own_area or is_said_of_rows or figure.groups):
        return Figure("sum", AREA, per=TERRITORY)  # « part de la zone UA » is of the ground
    return share if is_part else _share_of_nothing_less(state, words, share, amount)


def _is_of_kind(state: ParserState, words: LayerWords, subject: Clause) -> bool:
    """Whether the value that stands for a layer is a kind of thing, or the name of points: « part des cèdres »."""
    first = words.field(next(iter(subject.conditions), ""))
    is_well_named = (first is None or first.is_kind) and state.reading.rank <= Rank.KEYWORD
    return is_well_named or not is_of_ground(words)


def _share_of_nothing_less(
    state: ParserState, words: LayerWords, share: Figure, amount: FieldWords | None
) -> Figure | None:
    """Return the share of an amount in another, of each group, or of the place; None of a whole in itself."""
    figure = state.figure
    total = total_of(words, amount) if amount is not None else None
    if total is not None:
        return replace(share, over=total.name)
    if figure.groups or figure.period:
        return share
    if state.reading.communes and (amount is not None or not is_of_ground(words)):
        return replace(share, is_of_territory=True)
    return Figure("sum", AREA, per=TERRITORY) if is_of_ground(words) and amount is None else None


def _begins_with(state: ParserState, named: NamedAmount) -> bool:
    """Whether the text begins with the title of an amount: « montées par jour sur la ligne D »."""
    title = phrase_of(named.field.title)[:1]
    return named.field.is_additive and named.start <= 1 and title == (state.tokens[named.start].stem,)


def _is_described(state: ParserState, named: NamedAmount) -> bool:
    """Whether « dont (la) » comes before a number, of rows: « indicateurs dont la cible est atteinte »."""
    before = {each.word for each in state.tokens[max(named.start - 2, 0) : max(named.start, 0)]}
    is_of_rows = not (state.figure.is_wanted or state.figure.is_counted or named.field.is_additive)
    return is_of_rows and "dont" in before


def _target(state: ParserState, words: LayerWords, named: list[NamedAmount]) -> str | None:
    """Return what is measured: a field by name, ``AREA`` or ``LENGTH``; None for rows."""
    figure = state.figure
    is_wanted = figure.is_wanted or figure.is_counted or words.is_table
    if figure.measure:
        kind = "area" if figure.measure == AREA else "length"
        own = [each for each in words.fields if each.is_additive and unit_of(each.unit)[0] == kind]
        if own:
            return own[0].name
        return figure.measure if words.measure == figure.measure else None
    if figure.function in _OF_ONE and (meant := _named_by_subject(state, words, is_whole=True)) is not None:
        return meant.name  # « âge moyen des habitants »
    for each in (each for each in named if not _is_described(state, each)):
        if is_wanted or _begins_with(state, each):
            return each.field.name
    if not words.is_table:
        return None
    if (meant := _named_by_subject(state, words)) is not None:
        return meant.name
    amounts = [each for each in words.fields if each.is_additive]
    return amounts[0].name if len(amounts) == 1 else None  # of a table, the amount is what is looked for


def _named_by_subject(state: ParserState, words: LayerWords, *, is_whole: bool = False) -> FieldWords | None:
    """Return the number that the words of the subject name too: « occupation » of « taux d’occupation ».

    With ``is_whole`` the word is the whole title, of a table that has it in its own: « âge ».
    """
    title = set[str]() if is_whole else set(phrase_of(words.title))
    stems = {
        token.stem
        for piece in state.reading.pieces
        if piece.kind is SpanKind.SUBJECT
        for token in state.tokens[piece.start : piece.end]
        if not token.is_glue and token.stem not in title
    }
    meant = [
        each
        for each in words.fields
        if each.is_number
        and not each.is_additive
        and stems & set(phrase_of(each.title)[-1:])
        and (not is_whole or len(phrase_of(each.title)) == 1)
    ]
    return meant[0] if len(meant) == 1 else None


def _group(figure: FigureWords, words: LayerWords) -> str | None:
    """Return the keys of the groups, empty for none; None when the layer has no such field or date."""
    keys: list[str] = []
    for each in figure.groups:
        is_own = words.has_commune if each == "commune" else words.field(each.rpartition(":")[2]) is not None
        if not is_own:
            return None
        keys.append(each)
    period = figure.period or ("year" if figure.is_trend and not figure.change else "")
    if not period:
        return ",".join(keys)
    year = next((each for each in words.fields if each.is_year), None)
    if period == "year" and year is not None:
        return ",".join(dict.fromkeys([year.name, *keys]))
    dated = parse_result.dated_field(words)
    if dated is None or dated.type not in {FieldType.DATE, FieldType.DATETIME}:
        return None
    if period in {"day", "week"} and phrase_of(dated.title) == phrase_of("mois"):
        return None  # the days of a table by month are the first ones of its months
    return ",".join([f"{period}:{dated.name}", *keys])
