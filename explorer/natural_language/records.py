"""Steps of the grammar for records of a feature: « avec une tyrolienne », « deux balançoires », « sans photo ».

Records are named by their relation or by a value of theirs, a count before and more of their values after:
« un équipement hors service ». Where a figure is wanted, it is of the records themselves: « combien de tourniquets ».
"""

from __future__ import annotations

from explorer.natural_language import parse_result
from explorer.natural_language.ages import period_of_age
from explorer.natural_language.dates import QuestionPeriod, read_period
from explorer.natural_language.events import BIRTH, event_at
from explorer.natural_language.layer_index import LayerIndex, NamedRecord, Phrase, Rank
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.matching import forms
from explorer.natural_language.numbers import AmountComparison, read_comparison
from explorer.natural_language.parse_result import Clause, Reason, RecordWords, SpanKind
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase, root_of, roots, words_of
from explorer.natural_language.vocabulary import Vocabulary

_ALL = frozenset(["tous", "toutes"])
_AGED = frozenset(
    [
        "qui",
        "ont",
        "ayant",
        "ages",
        "agees",
        "age",
        "agee",
        "vieux",
        "vieilles",
        "ete",
        "est",
        "sont",
        "datant",
    ]
)
_LAID = frozenset(phrase("posé installé monté remplacé changé fabriqué"))
_NON = frozenset(phrase("non"))
_ARE = frozenset(["qui", "sont", "est", "de", "d"])
"""Words between an amount of records and what they are: « au moins 2 points (qui sont) gratuits »."""
_SUITS = frozenset(["pour", "des", "a", "jusqu"])
"""Words before the age of those whom something suits: « pour les 3-6 ans »."""
_LINKS = frozenset(
    [
        *(
            "en",
            "a",
            "etat",
            "qui",
            "est",
            "sont",
            "de",
            "d",
            "du",
            "le",
            "la",
            "l",
            "les",
            "type",
            "avec",
            "dans",
        ),
        *("n", "ne", "ont", "ete", "soit", "soient", "ait", "aient"),
    ]
)


def step_record(state: ParserState, at: int) -> int:
    """Read records at a token, with the count before them."""
    if state.pending.relation is not None and not state.pending.relation.is_weak:
        return 0
    compared = _count(state, at)
    index = state.past_glue(compared.end) if compared else at
    is_all = index > 0 and any(each.word in _ALL for each in state.tokens[max(0, index - 2) : index])
    is_had = state.pending.negated or state.pending.has or state.says_with()
    named = _named(state, index, is_counted=compared is not None or is_had or is_all)
    named = named or _able(state, at)
    if named is None:
        return 0
    clause, record, end = named
    end = _past_denied(state, index, end, clause, record)
    words = RecordWords(record.relation.name)
    if record.field is not None:
        words.conditions[record.field.name] = list(record.values)
        words.fields[record.field.name] = record.field
    end = _more(state, end, clause, record, words)
    words.is_all = is_all
    if words.is_all and not words.conditions:
        return 0
    if not words.conditions and not clause.is_implied and _is_own_number(state, clause, index):
        return 0
    if compared is None and _excludes(state, clause, words):
        state.gap(at, end, Reason.CONTRADICTION)
        return end
    if _goes_on(state, clause, words):
        clause.records[-1].conditions |= words.conditions
        clause.records[-1].fields |= words.fields
        state.understood(at, end, SpanKind.CONDITION)
        return end
    _take(state, at, end, clause, words, compared)
    return end


def _past_denied(state: ParserState, at: int, end: int, clause: Clause, record: NamedRecord) -> int:
    """Return where the name of a value that denies ends, what it denies included: « non accessibles (aux PMR) »."""
    if state.tokens[at].stem not in _NON or record.field is None or record.field.is_boolean:
        return end
    named = state.vocabulary.layers[clause.slug].records
    denied = (
        after
        for form, after in forms(state.tokens, at + 1)
        if (each := named.get(form)) is not None and each.field == record.field
    )
    return max(end, next(denied, end))


def _excludes(state: ParserState, clause: Clause, words: RecordWords) -> bool:
    """Whether words say another value of the very records before: « toboggans en bon état hors service »."""
    last = clause.records[-1] if clause.records else None
    pending = state.pending
    if last is None or last.relation != words.relation or last.high == 0 or words.is_all:
        return False
    if state.joined or pending.negated or pending.has or state.says_with():
        return False
    return any(
        not set(words.conditions[name]) & set(last.conditions[name])
        for name in words.conditions.keys() & last.conditions.keys()
        if words.fields[name].values
    )


def _goes_on(state: ParserState, clause: Clause, words: RecordWords) -> bool:
    """Whether words say more of the records that are the subject: « toboggans de Meudon hors service »."""
    last = clause.records[-1] if clause.records else None
    is_plain = not (state.joined or state.pending.negated or state.pending.has or words.is_all)
    is_same = last is not None and last.relation == words.relation and bool(words.conditions)
    is_new = last is not None and last.conditions.keys().isdisjoint(words.conditions)
    return clause.is_implied and is_plain and is_same and is_new and not state.says_with()


_ONE: PhraseTable[bool] = PhraseTable(
    spelt(True, "un seul|une seule|un unique|une unique|exactement un|exactement une")
)


def _count(state: ParserState, at: int) -> AmountComparison | None:
    """Read a whole number of things: « plus de 3 », « au moins deux », « deux »."""
    if only := _ONE.find(state.tokens, at):
        return AmountComparison(1, 1, is_above=False, is_below=False, kind="", end=only[1])
    compared = read_comparison(state.tokens, at)
    if compared is None or compared.kind or compared.end <= at:
        return None
    bounds = [each for each in (compared.low, compared.high) if each is not None]
    return compared if all(each == int(each) for each in bounds) else None


def _named(state: ParserState, at: int, *, is_counted: bool) -> tuple[Clause, NamedRecord, int] | None:
    """Return the records that are named at a token, when no better name of the layer begins there."""
    clauses = state.at_hand()
    if clauses and not any(state.vocabulary.layers[each.slug].words.relations for each in clauses):
        return None
    at_all = at > 0 and state.tokens[max(0, at - 2)].word in _ALL
    for form, end in forms(state.tokens, at):
        for clause in clauses:
            index = state.vocabulary.layers[clause.slug]
            rank = state.vocabulary.best_rank(clause.slug, form)
            is_own = rank is not None and rank <= Rank.SYNONYM
            record = index.records.get(form) or _answering(index, form) or _headed(index, at_all, form)
            is_own = is_own and not (_is_figure(state, at) and counts_records(state, clause))
            is_own = is_own and not (clause.is_implied and clause.records)
            if record is not None and (record.field is None or not (is_own or _is_title(index, form))):
                return clause, record, end
            if is_counted and (record := _only_records(index, form)):
                return clause, record, end
            if is_own or _is_title(index, form):
                return None
    return None if clauses else _of_any_layer(state, at)


_ABLE: PhraseTable[bool] = PhraseTable(
    merged(
        (
            spelt(
                True,
                "peut|peux|puis|peut-on|puis-je|on peut|je peux|l’on peut|pouvoir|pour|permettant de|permettent de"
                "|qui permettent de|possible de|il est possible de|possibilité de|avec possibilité de",
            ),
            spelt(
                False,
                "ne peut pas|peut pas|ne peux pas|peux pas|on ne peut pas|on peut pas|je ne peux pas|je peux pas"
                "|l’on ne peut pas|ne permettant pas de|ne permettent pas de|impossible de|il est impossible de",
            ),
        )
    )
)
_POSSIBLE = frozenset(["possible", "possibles"])
_MEANS = frozenset(["par", "en", "avec", "la", "une", "sa", "ma"])


def _able(state: ParserState, at: int) -> tuple[Clause, NamedRecord, int] | None:
    """Return the records that answer yes to a verb: « (où l’on ne) peut (pas) payer par carte », « réserver »."""
    able = _ABLE.find(state.tokens, at)
    verb = able[1] if able else at
    if not _is_verb(state, verb):
        return None
    index, after = verb + 1, verb + 1
    while index < len(state.tokens) and state.tokens[index].word in _MEANS:
        index += 1
    after += after < len(state.tokens) and state.tokens[after].word in _POSSIBLE
    for form, end in (*forms(state.tokens, index), ((), after)):
        for clause in state.at_hand():
            record = _answer_to(state.vocabulary.layers[clause.slug], state.tokens[verb].word, form)
            if record is not None:
                state.pending.negated_at = at if able and not able[0] else state.pending.negated_at
                return clause, record, end
    return None


def _is_verb(state: ParserState, at: int) -> bool:
    """Whether a word is a verb, or the noun of one after « avec »: « (avec) réservation »."""
    word = state.tokens[at].word if at < len(state.tokens) else ""
    is_noun = word.endswith("tion") and (state.says_with() or state.pending.has)
    return is_noun or word.endswith(("er", "ir", "re"))


def _answer_to(index: LayerIndex, verb: str, form: Phrase) -> NamedRecord | None:
    """Return the records whose yes is called by a verb and what follows it: « payer par carte »."""
    return next(
        (
            record
            for title, record in index.records.items()
            if title[1:] == form
            and record.field is not None
            and record.field.is_boolean
            and _verb_root(title[0]) == _verb_root(verb)
        ),
        None,
    )


def _verb_root(word: str) -> str:
    """Return the root of a verb, that of what is made of it too: « payer », « paiement », « réservable »."""
    return root_of(word.removesuffix("able").removesuffix("abl")).replace("y", "i")


def _answering(index: LayerIndex, form: Phrase) -> NamedRecord | None:
    """Return the records that answer yes to the only title with these words: « câble attaché », « réserver »."""
    words, named = set(roots(form)), []
    for relation in index.words.relations:
        for each in relation.fields if relation.fields else ():
            title = set(roots(phrase(each.title)))
            is_part = words <= title and (len(words) > 1 or len(title) == 1)
            named += [NamedRecord(relation, each, ("true",))] if each.is_boolean and is_part else []
    return named[0] if len(named) == 1 else None


def _headed(index: LayerIndex, is_all: bool, form: Phrase) -> NamedRecord | None:
    """Return the only records whose title begins with a word, after « tous les »: « dont tous les points sont »."""
    relations = [each for each in index.words.relations if each.fields and phrase(each.title)[:1] == form]
    return NamedRecord(relations[0]) if is_all and len(relations) == 1 else None


def _only_records(index: LayerIndex, form: Phrase) -> NamedRecord | None:
    """Return the records that another name of their layer counts: « (aires avec moins de quatre) jeux »."""
    if index.names.get(form) is not Rank.SYNONYM:
        return None
    relations = [each for each in index.words.relations if each.fields]
    return NamedRecord(relations[0]) if len(relations) == 1 else None


def counts_records(state: ParserState, subject: Clause) -> bool:
    """Whether the subject is called by the one word that counts its records: « jeux (hors service par commune) »."""
    piece = next((each for each in state.reading.pieces if each.kind is SpanKind.SUBJECT), None)
    if piece is None or piece.end != piece.start + 1:
        return False
    index = state.vocabulary.layers[subject.slug]
    return _only_records(index, (state.tokens[piece.start].stem,)) is not None


def _is_title(index: LayerIndex, form: Phrase) -> bool:
    return index.names.get(form) in {Rank.EXACT, Rank.PREFIX}


def _of_any_layer(state: ParserState, at: int) -> tuple[Clause, NamedRecord, int] | None:
    """Return the records of the only layer that has them, which becomes the subject: « combien de tourniquets »."""
    if laid := _laid(state, at):
        return laid
    is_figure = _is_figure(state, at)
    for form, end in forms(state.tokens, at):
        slugs = _with_records(state.vocabulary, form)
        if not slugs and is_figure and (counted := _counted(state, form)):
            return _implied(state, counted[0]), counted[1], end
        named = [each for each in state.vocabulary.layers_named(form) if each.rank < Rank.KEYWORD]
        is_layer = any(each.slug not in slugs or each.rank is Rank.EXACT for each in named)
        if len(slugs) != 1 or is_layer:
            if is_layer:
                return None
            continue
        record = state.vocabulary.layers[slugs[0]].records[form]
        if named and record.field is None and not is_figure:
            return None
        return _implied(state, slugs[0]), record, end
    return None


def _with_records(vocabulary: Vocabulary, form: Phrase) -> list[str]:
    """Return the layers that have records of a name."""
    return vocabulary.meaning(
        (_with_records, form),
        lambda: [slug for slug, index in vocabulary.layers.items() if form in index.records],
    )


def _with_only_records(vocabulary: Vocabulary, form: Phrase) -> list[tuple[str, NamedRecord]]:
    """Return the layers that a word calls by their only records, with these."""
    records = ((slug, _only_records(index, form)) for slug, index in vocabulary.layers.items())
    return vocabulary.meaning(
        (_with_only_records, form), lambda: [(slug, record) for slug, record in records if record]
    )


def _counted(state: ParserState, form: Phrase) -> tuple[str, NamedRecord] | None:
    """Return the layer whose records one word counts, which is another name of it: « (nombre de) jeux par commune »."""
    if len(form) > 1:
        return None
    return next(iter(_with_only_records(state.vocabulary, form)), None)


def _is_figure(state: ParserState, at: int) -> bool:
    return state.figure.is_counted or any(each.word == "par" for each in state.tokens[at:])


def _implied(state: ParserState, slug: str) -> Clause:
    """Make the layer of the records the subject."""
    clause = Clause(slug, None, is_implied=True)
    state.foreseen = None
    state.reading.clauses.append(clause)
    state.reading.rank += Rank.EXACT
    return clause


def _laid(state: ParserState, at: int) -> tuple[Clause, NamedRecord, int] | None:
    """Return the records that another name of their layer means before the verb of their date: « jeux posés en »."""
    if at >= len(state.tokens) or state.tokens[at].is_glue:
        return None
    form, end = (state.tokens[at].stem,), at + 1
    following = end
    while following < len(state.tokens) and state.tokens[following].word in _AGED:
        following += 1
    if following >= len(state.tokens) or state.tokens[following].stem not in _LAID:
        return None
    verb = event_at(state.tokens, following)
    if verb is None or verb[0] != BIRTH or not read_period(state.tokens, verb[1], state.today):
        return None
    for slug, record in _with_only_records(state.vocabulary, form):
        if _dated_of(record) is not None:
            return _implied(state, slug), record, end
    return None


def _is_own_number(state: ParserState, clause: Clause, at: int) -> bool:
    """Whether the layer counts these records in a field of its own: « (plus de 6) équipements »."""
    index = state.vocabulary.layers[clause.slug]
    return any(
        each.field.is_number for form, _end in forms(state.tokens, at) for each in index.field_named(form)
    )


def _more(state: ParserState, at: int, clause: Clause, record: NamedRecord, words: RecordWords) -> int:
    """Read what else is asked of the same records: « hors service », « posé avant 2010 »; return where it ends."""
    end, index = at, at
    title = phrase(state.vocabulary.layers[clause.slug].words.title) if record.field is None else ()
    while index < len(state.tokens):
        while index < len(state.tokens) and state.tokens[index].word in _LINKS:
            index += 1
        if index < len(state.tokens) and state.tokens[index].stem in title:
            end = index = index + 1  # « équipements de jeux »
            continue
        result = (
            _value_after(state, index, clause, record, words)
            or _value_or(state, end, record, words)
            or _age_after(state, end, record, words)
            or _date_after(state, index, record, words)
            or _period_after(state, end, clause, record, words)
            or _amount_after(state, index, record, words)
        )
        if not result:
            return end
        end = index = result
    return end


def _value_after(state: ParserState, at: int, clause: Clause, record: NamedRecord, words: RecordWords) -> int:
    for form, end in forms(state.tokens, at):
        named = state.vocabulary.layers[clause.slug].records.get(form)
        is_same = (
            named is not None and named.relation.name == record.relation.name and named.field is not None
        )
        if (
            named is not None
            and named.field is not None
            and is_same
            and named.field.name not in words.conditions
        ):
            words.conditions[named.field.name] = list(named.values)
            words.fields[named.field.name] = named.field
            return _past_denied(state, at, end, clause, named)
    return 0


def _value_or(state: ParserState, at: int, record: NamedRecord, words: RecordWords) -> int:
    """Read one value more of the field that was read last: « (une tyrolienne à surveiller) ou hors service »."""
    is_more = len(words.conditions) > (record.field is not None)
    if not is_more or at >= len(state.tokens) or state.tokens[at].word not in {"ou", ","}:
        return 0
    name = list(words.conditions)[-1]
    last = words.fields[name]
    for form, end in forms(state.tokens, state.past_glue(at + 1)):
        values = [each.value for each in last.values if form in words_of([each.label, *each.synonyms])]
        if values and not last.is_boolean:
            words.conditions[name] += [each for each in values if each not in words.conditions[name]]
            return end
    return 0


def _dated_of(record: NamedRecord) -> FieldWords | None:
    """Return the only date or year of records: that of their laying."""
    dated = [each for each in record.relation.fields if each.is_dated]
    return dated[0] if len(dated) == 1 and dated[0].is_year else None


def _ask_period(words: RecordWords, field: FieldWords, period: QuestionPeriod) -> None:
    words.conditions[field.name] = [parse_result.period_text(field, period)]
    words.fields[field.name] = field


def _age_after(state: ParserState, at: int, record: NamedRecord, words: RecordWords) -> int:
    """Read the age of records, from the year of their laying: « toboggans de plus de 10 ans », « qui ont 15 ans »."""
    field, index = _dated_of(record), at
    while index < len(state.tokens) and state.tokens[index].word in _AGED:
        index += 1
    for start in range(at, index + 1) if field is not None and field.name not in words.conditions else ():
        compared = read_comparison(state.tokens, start)
        is_age = compared is not None and compared.kind == "year" and state.tokens[start].word not in _SUITS
        if (
            compared is None
            or field is None
            or not is_age
            or max(compared.low or 0, compared.high or 0) > 200
        ):
            continue
        _ask_period(words, field, period_of_age(compared, state.today))
        return compared.end
    return 0


def _period_after(
    state: ParserState, at: int, clause: Clause, record: NamedRecord, words: RecordWords
) -> int:
    """Read a period just after records, or after a verb of their beginning: « balançoires installées depuis 2015 »."""
    field, index = _dated_of(record), at
    if field is None or field.name in words.conditions:
        return 0
    while index < len(state.tokens) and state.tokens[index].word in _AGED:
        index += 1
    verb = event_at(state.tokens, index)
    start = verb[1] if verb else at
    start += start < len(state.tokens) and state.tokens[start].word == "d"  # « toboggans d’avant 2012 »
    period = read_period(state.tokens, start, state.today) if start < len(state.tokens) else None
    if period is None or (verb and (verb[0] != BIRTH or _is_of_layer(state, clause, index))):
        return 0
    _ask_period(words, field, period)
    return period.end


def _is_of_layer(state: ParserState, clause: Clause, at: int) -> bool:
    """Whether a verb is that of a date of the layer itself: « (aires avec toboggan) ouvertes en 2020 »."""
    fields = state.vocabulary.layers[clause.slug].words.fields
    return any(_names_field(state, at, each.title) for each in fields if each.is_dated)


def _date_after(state: ParserState, at: int, record: NamedRecord, words: RecordWords) -> int:
    """Read a period of the date or year of the records, after the verb that names it: « posé avant 2010 »."""
    if at >= len(state.tokens):
        return 0
    for start in (at, at + 1):
        period = read_period(state.tokens, start, state.today) if start < len(state.tokens) else None
        dated = [each for each in record.relation.fields if each.is_dated]
        if start > at:
            dated = [each for each in dated if _names_field(state, at, each.title)]
        if period is not None and len(dated) == 1 and (record.field is None or start > at):
            words.conditions[dated[0].name] = [parse_result.period_text(dated[0], period)]
            words.fields[dated[0].name] = dated[0]
            return period.end
    return 0


def _amount_after(state: ParserState, at: int, record: NamedRecord, words: RecordWords) -> int:
    """Read an amount of a number of the records: « dont la hauteur de chute dépasse 2 m »."""
    for form, end in forms(state.tokens, state.past_glue(at)):
        named = [each for each in record.relation.fields if each.is_number]
        named = [each for each in named if phrase(each.title)[: len(form)] == form]
        compared = read_comparison(state.tokens, end) if len(named) == 1 else None
        if compared is not None and parse_result.fits(named[0], compared):
            words.conditions[named[0].name] = [parse_result.amount_text(named[0], compared)]
            words.fields[named[0].name] = named[0]
            return compared.end
    return 0


def _names_field(state: ParserState, at: int, title: str) -> bool:
    stems = set(parse_result.title_roots(title))
    return root_of(state.tokens[at].word) in stems


def number_before(state: ParserState, at: int, clause: Clause, relation: str = "") -> str:
    """Return the number of records that an amount just before is of: « (au moins 2 points de charge) gratuits »."""
    pieces, compared = state.reading.pieces, state.compared
    between = state.tokens[pieces[-1].end : at] if pieces else []
    if not pieces or compared is None or not {each.word for each in between} <= _ARE:
        return ""
    titles = [
        set(phrase(each.title))
        for each in state.vocabulary.layers[clause.slug].words.relations
        if relation in {"", each.name}
    ]
    return next(
        (
            name
            for name, field in clause.fields.items()
            if state.last_condition == f"{clause.slug}.{name}"
            and clause.conditions.get(name) == [parse_result.amount_text(field, compared)]
            and any(title <= set(phrase(field.title)) for title in titles)
        ),
        "",
    )


def _is_another_value(state: ParserState, clause: Clause, last: RecordWords, words: RecordWords) -> bool:
    """Whether « et » adds a value to one of several conditions: « toboggans hors service et à surveiller »."""
    is_plain = clause.is_implied and state.joined and (last.high, words.high) == (None, None)
    is_same = last.relation == words.relation and words.conditions.keys() < last.conditions.keys()
    return (
        is_plain and is_same and bool(words.conditions) and all(each.values for each in words.fields.values())
    )


def _set_number(
    state: ParserState, at: int, clause: Clause, words: RecordWords, compared: AmountComparison | None
) -> None:
    """Set how many records are asked: none, or an amount, which may be that of the number just before them."""
    if state.pending.negated or words.is_all:
        words.low, words.high = 0, 0
        return
    if name := number_before(state, at, clause, words.relation):
        compared = state.compared
        del clause.conditions[name]  # « au moins 2 points gratuits »
    if compared is not None:
        words.low = int(compared.low or 0) + int(compared.is_above)
        words.high = None if compared.high is None else int(compared.high) - int(compared.is_below)


def _take(
    state: ParserState,
    start: int,
    end: int,
    clause: Clause,
    words: RecordWords,
    compared: AmountComparison | None,
) -> None:
    """Add the records to a layer; « ou » and « et » repeat the records before."""
    pending = state.pending
    _set_number(state, start, clause, words, compared)
    words.is_of_layer = clause.is_implied and any(
        each.kind in {SpanKind.SUBJECT, SpanKind.LAYER} for each in state.reading.pieces
    )
    last = clause.records[-1] if clause.records else None
    key = f"{clause.slug}.#{words.relation}"
    same = (
        last is not None
        and last.relation == words.relation
        and last.conditions.keys() == words.conditions.keys()
    )
    if state.either and last is not None and same and state.last_condition == key and not pending.negated:
        for name, values in words.conditions.items():
            last.conditions[name] += [each for each in values if each not in last.conditions[name]]
        state.either_at = -1
    elif last is not None and _is_another_value(state, clause, last, words):
        for name, values in words.conditions.items():
            last.conditions[name] += values
    else:
        clause.records.append(words)
    state.joined_to(key)
    state.understood(start, end, SpanKind.CONDITION)
    if words.high is None:
        state.reading.several.append((start, end))
    state.drop_field()
    pending.relation, pending.has, pending.negated_at = None, False, None
    state.joined = state.either = False
