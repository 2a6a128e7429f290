"""Verbs and nouns of events before a period: « inaugurées entre 2010 et 2014 », « qui se terminent ce mois-ci ».

A verb is about the date whose title speaks of the same event: the beginning of things, their end, their approval.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from explorer.natural_language import parse_result
from explorer.natural_language.centuries import read_century
from explorer.natural_language.dates import read_day, read_period
from explorer.natural_language.layer_index import Rank
from explorer.natural_language.layer_words import FieldWords, LayerWords
from explorer.natural_language.matching import forms
from explorer.natural_language.parse_result import Clause, SpanKind
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState, WaitingOrder
from explorer.natural_language.tokens import WordToken, root_of
from explorer.natural_language.tokens import phrase as phrase_of

BIRTH, _END, _APPROVAL, _SURVEY, _UPDATE = "birth", "end", "approval", "survey", "update"
_EVENTS: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(
                BIRTH,
                "ouvert|ouvre|ouvrent|inauguré|créé|installé|aménagé|implanté|planté|construit|bâti|posé|commence"
                "|commencent|commencé|débute|débutent|débuté|démarre|démarrent|démarré|lancé|mis en service"
                "|mise en service|entré en service|mis en place|réalisé|commencera|commenceront|débutera|débuteront"
                "|démarrera|démarreront|ouvrira|ouvriront|commencer|débuter|démarrer|ouvrir|construire|planter"
                "|commençant|débutant|démarrant|commençaient",
            ),
            spelt(
                _END,
                "se termine|se terminent|termine|terminent|finit|finissent|fini|s’achève|s’achèvent|achevé|prend fin"
                "|prennent fin"
                "|finira|finiront|se terminera|se termineront|terminera|termineront|s’achèvera|s’achèveront"
                "|sera terminé|seront terminés|sera fini|seront finis|sera achevé|seront achevés"
                "|prendra fin|prendront fin|se terminant|s’achevant|finissant|finir|se terminer|terminer|s’achever",
            ),
            spelt(_APPROVAL, "validé|approuvé|arrêté|adopté"),
            spelt(_SURVEY, "relevé|mesuré|recensé|inventorié|relevé fait|relevés faits"),
            spelt(_UPDATE, "mis à jour|modifié|actualisé"),
        )
    )
)
_NOW: PhraseTable[bool] = PhraseTable(
    spelt(
        True, "en ce moment|actuel|actuellement|aujourd’hui|à l’heure actuelle|ces jours-ci|en ce moment même"
    )
)
_UNDER_WAY = phrase_of("en cours")
_TITLES = {
    BIRTH: ["ouverture", "debut", "plantation", "construction", "creation", "service", "pose", "mise"],
    _END: ["fin", "achevement", "cloture"],
    _APPROVAL: ["validite", "validation", "approbation", "arrete"],
    _SURVEY: ["releve", "mesure", "inventaire"],
    _UPDATE: ["jour", "modification", "maj"],
}
_AUXILIARIES = frozenset(["ont", "a", "ete", "qui", "sont", "est", "se", "faits", "fait"])
_FAR = 3
_DURING: PhraseTable[bool] = PhraseTable(
    spelt(
        True,
        "qui ont lieu|ont lieu|ayant lieu|qui auront lieu|auront lieu|qui se déroulent|se déroulent|se déroulant"
        "|qui se dérouleront|se dérouleront|qui durent|actifs|en activité",
    )
)
_TO_HAVE: PhraseTable[bool] = PhraseTable(
    spelt(
        True, "à avoir|à avoir été|à être|à|ayant|qui ont|qui a|qui doit|qui doivent|devant|qui va|qui vont"
    )
)
_LATE: PhraseTable[bool] = PhraseTable(
    merged((spelt(True, "le plus tard|en dernier"), spelt(False, "le plus tôt|en premier")))
)
_THAT_ONE = frozenset(["celui", "celle", "lequel", "laquelle", "quel", "quelle"])


def event_at(word_tokens: Sequence[WordToken], at: int) -> tuple[str, int] | None:
    """Return the event of a verb at a token, and the token after it and its auxiliaries."""
    phrase = _EVENTS.find(word_tokens, at)
    if phrase is None:
        return None
    index = phrase[1]
    while index < min(len(word_tokens), phrase[1] + _FAR) and word_tokens[index].word in _AUXILIARIES:
        index += 1
    return phrase[0], index


def step_event(state: ParserState, at: int) -> int:
    """Read the verb of a period that follows, and name the date that it is about."""
    if end := _ordered_event(state, at):
        return end
    phrase = event_at(state.tokens, at)
    if phrase is None or _is_value(state, at):
        return 0
    index = phrase[1]
    now = _NOW.find(state.tokens, index) if index < len(state.tokens) else None
    if now:
        return _event_today(state, at, now[1], phrase[0])
    if (read_period(state.tokens, index, state.today) or read_century(state.tokens, index)) is None:
        return 0
    for clause in state.at_hand():
        field = _dated(state.vocabulary.layers[clause.slug].words, phrase[0])
        if field is not None:
            state.drop_field()
            pending = state.pending
            pending.field, pending.field_slug, pending.field_at, pending.field_end = (
                field,
                clause.slug,
                at,
                index,
            )
            pending.field_negated, pending.field_has = pending.negated, False
            return index
    return 0


def _event_today(state: ParserState, at: int, end: int, event: str) -> int:
    """Read « (quels travaux) finissent aujourd’hui »: the day of that event."""
    for clause in state.at_hand():
        field = _dated(state.vocabulary.layers[clause.slug].words, event)
        if field is not None and not field.is_year and not state.pending.negated:
            state.drop_field()
            done = parse_result.add_range(clause, field, "today", is_either=False)
            state.record_condition(clause, at, end, of=field.name, done=done)
            return end
    return 0


def _ordered_event(state: ParserState, at: int) -> int:
    """Read the event of an order: « dernières aires à avoir ouvert », « celui qui finira le plus tard »."""
    opened = _TO_HAVE.find(state.tokens, at)
    phrase = _EVENTS.find(state.tokens, opened[1] if opened else at)
    if phrase is None:
        return 0
    late = _LATE.find(state.tokens, phrase[1])
    waiting = state.orders[-1] if state.orders and state.orders[-1].is_recent else None
    field = next(
        filter(
            None, (_dated(state.vocabulary.layers[each.slug].words, phrase[0]) for each in state.at_hand())
        ),
        None,
    )
    if field is None or not (late or (waiting and opened)):
        return 0
    if late:
        is_one = None if {each.word for each in state.tokens[:at]}.isdisjoint(_THAT_ONE) else True
        state.orders.append(WaitingOrder(at, late[1], (), late[0], field, is_one=is_one))
        return late[1]
    assert waiting is not None
    state.orders[-1] = replace(waiting, field=field)
    state.understood(at, phrase[1], SpanKind.ORDER)
    state.pending.relation = None
    return phrase[1]


def _is_value(state: ParserState, at: int) -> bool:
    """Whether the word is a value too, which says more: « terminés depuis 2025 » are finished."""
    return any(
        each.rank <= Rank.SYNONYM
        for form, _end in forms(state.tokens, at)
        for clause in state.at_hand()
        for each in state.vocabulary.layers[clause.slug].values_named(form)
    )


def _dated(words: LayerWords, event: str) -> FieldWords | None:
    """Return the only date whose title speaks of an event; for the birth of a thing, else the one that it has."""
    roots = set(map(root_of, _TITLES[event]))
    dated = [each for each in words.fields if each.is_dated]
    named = [each for each in dated if roots & set(parse_result.title_roots(each.title))]
    if len(named) == 1:
        return named[0]
    born = [each for each in dated if parse_result.is_born(each)]
    if event == BIRTH and len(born) == 1:
        return born[0]
    # The year of a table is no birth: « logements construits en 2020 » are not those that were counted then.
    is_only = event == BIRTH and len(dated) == 1 and dated[0].is_year and not words.is_table
    return dated[0] if is_only else None


def is_to_come(state: ParserState, field: FieldWords) -> bool:
    """Whether « pas » stands before a word of the beginning or of the end of things."""
    at = state.pending.negated_at
    is_event = field.is_dated and (parse_result.is_born(field) or parse_result.is_end(field))
    return at is not None and is_event and state.tokens[at].word in {"pas", "non", "ne", "n", "qui", "jamais"}


def to_come(state: ParserState, field: FieldWords) -> str:
    """Return the days to come as a range: today is one of them for an end."""
    if field.is_year:
        return f"{state.today.year + 1}.."
    first = state.today if parse_result.is_end(field) else state.today + dt.timedelta(days=1)
    return "today.." if first == state.today else f"{first.isoformat()}.."


def step_on_day(state: ParserState, at: int) -> int:
    """Read « en ce moment » and « au 15 mars 2026 » of what lasts: begun by then, and not over."""
    day, end = _day_at(state, at)
    if day is None:
        return 0
    if day == state.today and _is_under_way(state, at, end):
        return end
    for clause, first, last in _lasting(state):
        done = parse_result.add_range(clause, first, f"..{day.isoformat()}", is_either=False)
        done = parse_result.add_range(clause, last, f"{day.isoformat()}..", is_either=False) and done
        state.record_condition(clause, at, end, of=first.name, done=done)
        return end
    return 0


def step_during(state: ParserState, at: int) -> int:
    """Read « qui ont lieu entre le 10 et le 20 décembre » of what lasts: begun by the end, and not over before."""
    phrase = _DURING.find(state.tokens, at)
    period = read_period(state.tokens, phrase[1], state.today) if phrase else None
    if period is None or state.pending.negated:
        return 0
    for clause, first, last in _lasting(state):
        ranges = []
        if period.last is not None:
            ranges.append((first, f"..{'<' if period.is_before else ''}{period.last.isoformat()}"))
        if period.first is not None:
            ranges.append((last, f"{period.first.isoformat()}.."))
        done = all([parse_result.add_range(clause, field, text, is_either=False) for field, text in ranges])
        state.record_condition(clause, at, period.end, of=ranges[0][0].name, done=done)
        return period.end
    return 0


def step_straddle(state: ParserState, at: int) -> int:
    """Read « à cheval sur 2026 et 2027 » of what lasts: begun by the first year, not over before the second."""
    words, end = [each.word for each in state.tokens[at : at + 6]], at + 6
    if words[:3] != ["a", "cheval", "sur"] or len(words) < 6 or words[4] != "et":
        return 0
    years = [each for each in (words[3], words[5]) if each.isdecimal() and len(each) == 4]
    for clause, first, last in _lasting(state) if len(years) == 2 else ():
        done = parse_result.add_range(clause, first, f"..{years[0]}-12-31", is_either=False)
        done = parse_result.add_range(clause, last, f"{years[1]}-01-01..", is_either=False) and done
        state.record_condition(clause, at, end, of=first.name, done=done)
        return end
    return 0


def _lasting(state: ParserState) -> Iterator[tuple[Clause, FieldWords, FieldWords]]:
    """Yield the layers at hand of what lasts, with the days that it begins and ends on."""
    for clause in state.at_hand():
        words = state.vocabulary.layers[clause.slug].words
        first, last = _dated(words, BIRTH), _dated(words, _END)
        if first and last and first is not last and not first.is_year and not last.is_year:
            yield clause, first, last


def _is_under_way(state: ParserState, at: int, end: int) -> bool:
    """Ask the state « en cours » of a layer that has one."""
    for clause in state.at_hand():
        for each in state.vocabulary.layers[clause.slug].values.get(_UNDER_WAY, ()):
            if each.rank <= Rank.SYNONYM and _NOW.find(state.tokens, at):
                done = parse_result.add_values(clause, each.field, [each.value.value], negated=False)
                state.record_condition(clause, at, end, of=each.field.name, done=done)
                return True
    return False


def _day_at(state: ParserState, at: int) -> tuple[dt.date | None, int]:
    if phrase := _NOW.find(state.tokens, at):
        return state.today, phrase[1]
    period = read_day(state.tokens, at + 1) if state.tokens[at].word == "au" else None
    if period is None or period.first is None or period.first != period.last:
        return None, at
    return period.first, period.end
