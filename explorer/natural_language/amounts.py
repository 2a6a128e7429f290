"""Steps of the grammar: spatial relations, negations, comparisons, periods and distances."""

from __future__ import annotations

from dataclasses import replace

from explorer.natural_language import parse_result
from explorer.natural_language.ages import add_age
from explorer.natural_language.centuries import read_century
from explorer.natural_language.dates import QuestionPeriod, read_day, read_period
from explorer.natural_language.durations import duration_of
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.lookups import NOUNS, noun_field
from explorer.natural_language.matching import forms
from explorer.natural_language.numbers import AmountComparison, closed, read_comparison
from explorer.natural_language.parse_result import Clause, Reason, SpanKind, UnparsedSpan
from explorer.natural_language.phrases import HAS, NEGATIONS
from explorer.natural_language.spatial_relations import (
    MAX_M,
    NEGATED,
    RELATIONS,
    Distance,
    Proximity,
    RelationPhrase,
    read_distance,
)
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase, root_of


def step_spatial_relation(state: ParserState, at: int) -> int:
    """Read how what comes is placed."""
    phrase = RELATIONS.find(state.tokens, at)
    if phrase is None or _is_value_label(state, at) or _is_letter(state, at):
        return 0
    relation, end = phrase
    if state.tokens[at].word == "pas" and read_distance(state.tokens, at + 1):
        state.pending.negated_at = at  # « pas à moins de 50 m d’un banc »
        return at + 1
    if relation.is_weak:
        is_not = state.pending.negated_at == at - 1  # « pas avec autopartage »
        state.pending.has = state.tokens[at].word == "avec" and not is_not
        if state.pending.has:
            state.pending.negated_at = None
        if state.pending.relation is None or state.is_weak():
            set_relation(state, relation, at)
        return end
    if relation.is_default and state.leads_to_layer(end):
        state.reading.defaults.append((at, end, relation.metres))
    set_relation(state, relation, at)
    return end


def set_relation(state: ParserState, relation: RelationPhrase, at: int) -> None:
    """Record the relation of what follows; « pas » before it negates it."""
    if not relation.is_weak:
        state.drop_field()
    if not state.is_weak():
        state.drop_relation(at)
    if state.pending.negated and relation.proximity in NEGATED and not relation.is_weak:
        relation = RelationPhrase(
            NEGATED[relation.proximity],
            relation.metres,
            has_object=relation.has_object,
            shares_border=relation.shares_border,
        )
        state.pending.negated_at = None
    state.pending.relation, state.pending.relation_at = relation, at
    state.code_at = state.code_at if relation.is_weak else -1
    if state.code_at == at:
        state.code_at = at + 1


def step_negation(state: ParserState, at: int) -> int:
    """Read « sans », « non », « avec » and the like: they turn what comes."""
    phrase, has = NEGATIONS.find(state.tokens, at), HAS.find(state.tokens, at)
    if not (phrase or has) or _is_value_label(state, at):
        return 0
    if phrase:
        state.pending.negated_at, state.pending.has = at, False
        if 0 <= state.code_at <= at and state.is_glue(state.code_at, at):
            state.code_at = phrase[1]  # « les zones qui ne sont ni U ni N »
        return phrase[1]
    state.pending.has, state.pending.negated_at = True, None
    return has[1] if has else 0


def _is_letter(state: ParserState, at: int) -> bool:
    """Whether a capital « A » is a name, as in « ligne A »: before a place it is the preposition."""
    token = state.tokens[at]
    is_capital = token.text == "A" and at > 0
    return is_capital and not state.names_commune(state.past_glue(at + 1))


def _is_value_label(state: ParserState, at: int) -> bool:
    """Whether « non » or « sans » begins the label of a value: « non protégé »."""
    for form, _end in forms(state.tokens, at):
        for clause in state.at_hand() if len(form) > 1 else ():
            named = state.vocabulary.layers[clause.slug].values_named(form)
            if named and named[0].rank <= Rank.SYNONYM:
                return True
    return False


def step_date(state: ParserState, at: int) -> int:
    """Read a period, for the named date or for the one that dates the layer."""
    period = _period(state, at)
    if period is None:
        return 0
    if _is_of_unknown(state, at):
        state.gap(at, period.end, Reason.UNKNOWN)
        return period.end
    if end := _negated_period(state, at, period) or _of_another_time(state, at, period):
        return end
    for clause in state.at_hand():
        words = state.vocabulary.layers[clause.slug].words
        pending = state.pending.field if state.pending.field_slug == clause.slug else None
        field = pending if pending and pending.is_dated else parse_result.dated_field(words)
        if field is None:
            continue
        if (
            field is not pending
            and state.period_field is not None
            and state.joined
            and state.period_end == state.joint_at
        ):
            field = state.period_field
        elif field is not pending:
            state.reading.supposed.append((at, period.end, field.title))
        state.period_field, state.period_end = field, period.end
        text = parse_result.period_text(field, period)
        start = state.take_field(at) if field is pending else at
        # « En 2024 et 2025 » is one or the other, like « ou »: nothing has two dates.
        is_either = state.either or (period.is_more and state.joined)
        done = parse_result.add_range(clause, field, text, is_either=is_either)
        state.joined = state.either = False
        state.record_condition(clause, start, period.end, of=field.name, done=done)
        return period.end
    return 0


def _of_another_time(state: ParserState, at: int, period: QuestionPeriod) -> int:
    """Report « bâtiments des années 30 »: a list of centuries says when, and the date what became of them since."""
    clause = next(iter(state.at_hand()), None)
    if clause is None or state.pending.field is not None:
        return 0
    words = state.vocabulary.layers[clause.slug].words
    field, century = parse_result.dated_field(words), root_of("siecle")
    is_listed = any(each.values and century in parse_result.title_roots(each.title) for each in words.fields)
    if field is None or not is_listed or parse_result.is_born(field) or parse_result.says(clause, field):
        return 0
    state.gap(at, period.end, Reason.UNKNOWN)
    return period.end


def _period(state: ParserState, at: int) -> QuestionPeriod | None:
    """Read a period; a century where a date is named alone, since it may be a value of the layer."""
    period = read_period(state.tokens, at, state.today) or _one_more(state, at)
    period = _to_come(state, at, period) if period else None
    is_dated = state.pending.field is not None and state.pending.field.is_dated
    return read_century(state.tokens, at) if period is None and is_dated else period


_PLANNED = frozenset(
    [
        "prevu",
        "prevus",
        "prevue",
        "prevues",
        "programmes",
        "programmees",
        "planifies",
        "planifiees",
        "futurs",
        "venir",
    ]
)


def _to_come(state: ParserState, at: int, period: QuestionPeriod) -> QuestionPeriod:
    """Return the next of a month that is said without its year: « prévus en janvier » is no month of the past."""
    is_planned = any(each.word in _PLANNED for each in state.tokens[max(0, at - 3) : at])
    is_dated = any(len(each.text) == 4 and each.text.isdecimal() for each in state.tokens[at : period.end])
    if not is_planned or is_dated or period.name or period.last is None or period.last >= state.today:
        return period
    first = period.first and period.first.replace(year=period.first.year + 1)
    return replace(period, first=first, last=period.last.replace(year=period.last.year + 1))


def _negated_period(state: ParserState, at: int, period: QuestionPeriod) -> int:
    """Report « pas inspectées depuis un an »: not since then is not the same as before."""
    pending = state.pending
    is_field = pending.field is not None and pending.field_negated
    if not is_field and not pending.negated:
        return 0
    start = pending.field_at if is_field else at
    start = start if pending.negated_at is None else min(start, pending.negated_at)
    pending.field, pending.negated_at = None, None
    state.gap(start, period.end, Reason.UNKNOWN)
    return period.end


def _one_more(state: ParserState, at: int) -> QuestionPeriod | None:
    """Read a bare year after another period, « en 2024 ou 2025 », or of a table, « voitures à Meudon, 2024 »."""
    if _is_of_table(state, at):
        return read_day(state.tokens, at)
    if not state.joined or state.joint_at != at - 1 or state.period_end != state.joint_at:
        return None
    return read_day(state.tokens, at)


def _is_of_table(state: ParserState, at: int) -> bool:
    """Whether a bare year stands alone, after the amounts of a table at hand."""
    clause = next(iter(state.at_hand()), None)
    text = state.tokens[at].text
    is_year = text.isdecimal() and len(text) == len("2024")
    if clause is None or not is_year or at == 0 or state.pending.relation is not None:
        return False
    words = state.vocabulary.layers[clause.slug].words
    return words.is_table and parse_result.dated_field(words) is not None


def _is_of_unknown(state: ParserState, at: int) -> bool:
    """Whether the word before a period is unknown: « inspectées depuis un an » dates no other event of the layer."""
    gaps = state.reading.gaps
    last = gaps[-1] if gaps and state.pending.field is None else None
    return last is not None and last.reason is Reason.UNKNOWN and state.is_glue(last.end, at)


def step_distance(state: ParserState, at: int) -> int:
    """Read a distance to what comes, or to the layer just named: « sans arbre à moins de 20 m »."""
    distance = read_distance(state.tokens, at)
    if distance is None:
        return 0
    clause = state.last()
    leads = state.leads_to_layer(distance.end)
    if not leads and clause is not None and clause.may_be_far and clause.relation is not None:
        far = clause.relation.proximity is Proximity.OUTSIDE
        clause.relation = RelationPhrase(Proximity.FAR if far else Proximity.NEAR, distance.relation.metres)
        clause.may_be_far = False
        state.understood(at, distance.end, SpanKind.RELATION)
        return distance.end
    if not leads and _widen(state, at, distance):
        return distance.end
    if trailing(state, distance.end) and not (distance.is_certain and distance.relation.has_object):
        return 0
    if not distance.is_certain and not (distance.relation.has_object and leads):
        return 0
    if distance.relation.metres > MAX_M:
        state.reading.gaps.append(UnparsedSpan(at, distance.end, Reason.TOO_FAR))
        return distance.end
    if distance.is_walk:
        state.reading.defaults.append((at, distance.end, distance.relation.metres))
    set_relation(state, distance.relation, at)
    return distance.end


def _widen(state: ParserState, at: int, distance: Distance) -> bool:
    """Give the distance to what is near without one: « autour de moi dans un rayon de 600 m »."""
    clause, reading = state.last(), state.reading
    if distance.relation.proximity is not Proximity.NEAR or not distance.is_certain:
        return False
    if reading.around_m is not None and reading.is_around_default:
        reading.around_m, reading.is_around_default = distance.relation.metres, False
    elif clause is not None and clause.relation is not None and clause.relation.is_default:
        clause.relation = replace(clause.relation, metres=distance.relation.metres, is_default=False)
    else:
        return False
    reading.defaults[-1:] = []
    state.understood(at, distance.end, SpanKind.RELATION)
    return True


def step_amount(state: ParserState, at: int) -> int:
    """Read an amount to compare with a field; unused when no field has its unit."""
    compared = read_comparison(state.tokens, at)
    if compared is None or state.names_commune(at) or _names_time(state, at):
        return 0
    if not compared.is_explicit and not compared.kind:
        after = trailing(state, compared.end)
        if after is None and state.pending.field is None:
            return 0
        if after and compared.low != 1 and _is_time_of_price(state, compared.end, after[1]):
            state.gap(at, compared.end + 1, Reason.NO_FIELD)
            return compared.end + 1
    if end := _compare(state, at, compared):
        state.pending.relation = None if state.is_weak() else state.pending.relation
        return end
    if compared.is_explicit or compared.kind:
        state.gap(at, max(compared.end, at + 1), Reason.NO_FIELD)
        return max(compared.end, at + 1)
    return 0


def _names_time(state: ParserState, at: int) -> bool:
    """Whether a number is of the name of a price: « (se garer) 24h »."""
    index = at + (state.tokens[at].number is None)
    return any(
        each.rank <= Rank.SYNONYM and each.field.is_number
        for form, end in forms(state.tokens, index)
        for clause in state.at_hand()
        if end > index + 1 and state.tokens[index].number is not None and not _is_slashed(state, end)
        for each in state.vocabulary.layers[clause.slug].fields.get(form, ())
    )


def _is_slashed(state: ParserState, at: int) -> bool:
    return at < len(state.tokens) and state.tokens[at].word == "/"


def _is_time_of_price(state: ParserState, at: int, field: FieldWords) -> bool:
    """Whether an amount is of hours, of which a price alone speaks: « 2 heures » is no « Tarif d’une heure »."""
    return state.tokens[at].word in {"h", "heure", "heures", "jour", "jours"} and bool(field.unit)


def step_precision(state: ParserState, at: int) -> int:
    """Read « à 50 m près », « à plus de 400 m près » of a layer that says how sure its positions are."""
    tokens, clause = state.tokens, state.last()
    compared = read_comparison(tokens, at + 1) if tokens[at].word == "a" else None
    if compared is None or clause is None or compared.kind != "length" or compared.end >= len(tokens):
        return 0
    after = tokens[compared.end + 1].word if compared.end + 1 < len(tokens) else ""
    words = state.vocabulary.layers[clause.slug].words
    field = words.field(words.precision_field)
    if tokens[compared.end].word != "pres" or after in {"de", "d", "du", "des"} or field is None:
        return 0
    if not compared.is_explicit:
        compared = replace(compared, low=None)
    text, end = parse_result.amount_text(field, compared), compared.end + 1
    end += 2 if [each.word for each in tokens[end : end + 2]] == ["ou", "mieux"] else 0
    done = parse_result.add_range(clause, field, text, is_either=False)
    state.record_condition(clause, at, end, of=field.name, done=done)
    return end


def _compare(state: ParserState, at: int, compared: AmountComparison) -> int:
    """Compare an amount with the field named after it, the one named before, or the one that has its unit."""
    after = trailing(state, compared.end)
    pending = state.pending.field
    if after and parse_result.fits(after[1], compared):
        start = state.take_field(at) if pending and pending.name == after[1].name else at
        compared = closed(state.tokens, replace(compared, end=after[2]), after[2])
        return _ask_amount(state, start, compared.end, after[0], after[1], compared)
    if pending and (year := _year_of(state, pending, compared)):
        clause = next(each for each in state.at_hand() if each.slug == state.pending.field_slug)
        return _ask_amount(state, state.take_field(at), compared.end, clause, year, compared)
    if pending and parse_result.fits(pending, compared):
        clause = next(each for each in state.at_hand() if each.slug == state.pending.field_slug)
        compared = _like_before(state, compared)
        return _ask_amount(state, state.take_field(at), compared.end, clause, pending, compared)
    return _of_named(state, at, compared) or _compare_by_unit(state, at, compared)


def _year_of(state: ParserState, field: FieldWords, compared: AmountComparison) -> FieldWords | None:
    """Return the year of what a number is of, where the amount is a year: « dont la cible est 2030 »."""
    bounds = [each for each in (compared.low, compared.high) if each is not None]
    if compared.kind or field.is_year or not all(_FIRST_YEAR <= each <= _LAST_YEAR for each in bounds):
        return None
    words, title = state.vocabulary.layers[state.pending.field_slug].words, set(phrase(field.title))
    return next((each for each in words.fields if each.is_year and title < set(phrase(each.title))), None)


_FIRST_YEAR, _LAST_YEAR = 1900, 2100


def _compare_by_unit(state: ParserState, at: int, compared: AmountComparison) -> int:
    """Compare an amount with an age, the number that has its unit, or the measure of the geometry."""
    if compared.kind == "year" and at and state.tokens[at - 1].word == "dans":
        return 0  # « dans 10 ans » is no age
    for clause in state.at_hand():
        words = state.vocabulary.layers[clause.slug].words
        if (
            compared.kind == "year"
            and not duration_of(words)
            and add_age(clause, words, compared, state.today)
        ):
            state.record_condition(clause, at, compared.end, of="age")
            return compared.end
        fields = parse_result.measured(words, compared)
        if fields and compared.kind != "year":
            # Two amounts of one unit are of one field, unless their fields are named.
            if end := _of_something_unknown(state, compared.end):
                state.gap(at, end, Reason.UNKNOWN)
                return end
            measure = state.measured.get((clause.slug, compared.kind))
            field = measure or fields[state.choose(len(fields))]
            state.measured[clause.slug, compared.kind] = field
            return _ask_amount(state, at, compared.end, clause, field, compared)
        if parse_result.is_exact_measure(words, compared):
            return 0  # « dans une zone de 3 ha » asks nothing of the subject
        if parse_result.add_measure(clause, words, compared):
            state.record_condition(clause, at, compared.end, of="_measure")
            return compared.end
    return 0


def _of_named(state: ParserState, at: int, compared: AmountComparison) -> int:
    """Compare an amount with a number that was named before other words: « abonnement des parkings < 60 € »."""
    clauses = {each.slug: each for each in state.at_hand()}
    fitting = [
        each
        for each in state.amounts
        if each.slug in clauses
        and compared.kind
        and each.start >= 0
        and parse_result.fits(each.field, compared)
    ]
    if not fitting or len({each.field.name for each in fitting}) > 1 or state.figure.function:
        return 0
    for each in fitting:
        state.amounts.remove(each)
        state.understood(each.start, each.end, SpanKind.CONDITION)
    named = fitting[0]
    return _ask_amount(state, at, compared.end, clauses[named.slug], named.field, compared)


def _of_something_unknown(state: ParserState, at: int) -> int:
    """Return where an amount of an unknown word ends: « 15 € la (journée) »; 0 when there is none."""
    index = state.past_glue(at)
    links = {each.word for each in state.tokens[at:index]}
    if index >= len(state.tokens) or not links or not links <= {"la", "le", "l", "par"}:
        return 0
    return 0 if state.vocabulary.has_word(state.tokens[index].stem) else index + 1


def _like_before(state: ParserState, compared: AmountComparison) -> AmountComparison:
    """Compare a bare amount as the one before « et »: « dont la largeur dépasse 2 m et la longueur 1 km »."""
    before = state.compared
    if before is None or compared.is_explicit or not state.follows_and(state.pending.field_at):
        return compared
    return replace(
        compared,
        low=compared.low if before.low is not None else None,
        high=compared.low if before.high is not None else None,
        is_above=before.is_above,
        is_below=before.is_below,
    )


def _ask_amount(
    state: ParserState, start: int, end: int, clause: Clause, field: FieldWords, compared: AmountComparison
) -> int:
    text = parse_result.amount_text(field, compared)
    state.compared = compared
    for each in [each for each in state.amounts if (each.slug, each.field.name) == (clause.slug, field.name)]:
        state.amounts.remove(each)  # « abonnement (parking) résident moins de 60 € » names it twice
        state.understood(each.start, each.end, SpanKind.CONDITION)
    done = not state.crosses(clause, field.name) and parse_result.add_range(
        clause, field, text, is_either=state.either
    )
    state.record_condition(clause, start, end, of=field.name, done=done)
    return end


def trailing(state: ParserState, at: int) -> tuple[Clause, FieldWords, int] | None:
    """Return the number that is named at a token, after articles: « (20 m) de haut », « (50) places »."""
    index = state.past_glue(at)
    if any(each.word in {"et", "ou"} for each in state.tokens[at:index]):
        return None  # « (20 m) et la hauteur (25 m) »
    for form, end in forms(state.tokens, index):
        for clause in state.at_hand():
            named = state.vocabulary.layers[clause.slug].field_named(form)
            field = next((each.field for each in named if each.field.is_number), None)
            if field is not None:
                return clause, field, end
    return _by_noun(state, index)


def _by_noun(state: ParserState, at: int) -> tuple[Clause, FieldWords, int] | None:
    """Return the number that a usual noun means: « (plus de 3 m) de tour »."""
    word = state.tokens[at].word if at < len(state.tokens) else ""
    for clause in state.at_hand() if word in NOUNS else ():
        field = noun_field(state.vocabulary.layers[clause.slug].words, word)
        if field is not None:
            return clause, field, at + 1
    return None
