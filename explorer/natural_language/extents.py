"""How far a thing goes, of a list that says none, a part or all: « entièrement ombragées », « que des électriques »."""

from __future__ import annotations

from explorer.natural_language import parse_result
from explorer.natural_language.layer_index import is_none
from explorer.natural_language.layer_words import FieldWords
from explorer.natural_language.matching import forms
from explorer.natural_language.parse_result import Clause
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import phrase

_ALL, _PART = "all", "part"
_EXTENTS: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(
                _ALL,
                "entièrement|totalement|intégralement|complètement|uniquement|avec que des|avec uniquement des"
                "|rien que des|avec seulement des|avec rien que des|qui n’ont que des|à 100 %|100 %",
            ),
            spelt(_PART, "partiellement|en partie|pas entièrement|pas totalement|pas complètement|à moitié"),
        )
    )
)
_WORDS = {
    _ALL: frozenset(phrase("tout toutes tous total totale totalement entier entière complet")),
    _PART: frozenset(phrase("partie partiel partielle partiellement")),
}
_FAR = 3
"""So many tokens may stand between the extent and the name of the list: « que des vélos électriques »."""


def step_extent(state: ParserState, at: int) -> int:
    """Read how far a thing goes, of a layer that lists it."""
    extent = _EXTENTS.find(state.tokens, at)
    if extent is None:
        return 0
    for index in range(extent[1], min(extent[1] + _FAR, len(state.tokens))):
        for form, end in forms(state.tokens, index):
            for clause in state.at_hand():
                field, values = _listed(state, clause, form, extent[0])
                if field is None:
                    continue
                state.drop_field()
                state.pending.relation = None if state.is_weak() else state.pending.relation
                state.pending.negated_at, state.pending.has = None, False
                done = parse_result.add_values(clause, field, values, negated=False)
                state.record_condition(clause, at, end, of=field.name, done=done)
                title = set(phrase(state.vocabulary.layers[clause.slug].words.title))
                for between in range(extent[1], index):
                    if not state.tokens[between].is_glue and state.tokens[between].stem not in title:
                        state.gap(between, between + 1, parse_result.Reason.UNKNOWN)
                return end
    return 0


def _listed(
    state: ParserState, clause: Clause, form: tuple[str, ...], extent: str
) -> tuple[FieldWords | None, list[str]]:
    """Return the list that a phrase names, if it has a value of none, and its values of that extent."""
    for named in state.vocabulary.layers[clause.slug].field_named(form):
        field = named.field
        if field.is_listed and any(is_none(each) for each in field.values):
            values = [each.value for each in field.values if _WORDS[extent] & set(phrase(each.label))]
            if values:
                return field, values
    return None, []
