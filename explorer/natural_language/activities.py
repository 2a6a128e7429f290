"""What people want to do, in place of the layer where they do it: « où se garer », « recharger ma voiture ».

The noun is looked up in the vocabulary: a portal without such a layer reads the verb as an unknown word.
"""

from __future__ import annotations

from collections.abc import Sequence

from explorer.natural_language.layer_index import Rank
from explorer.natural_language.matching import LayerMeaning, Match
from explorer.natural_language.names import add_layer
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import WordToken, phrase
from explorer.natural_language.vocabulary import Vocabulary

_NOUNS: PhraseTable[str] = PhraseTable(
    merged(
        (
            spelt(
                "parking",
                "garer ma voiture|garer sa voiture|garer une voiture|garer mon véhicule|garer son véhicule|me garer"
                "|se garer|nous garer|garer|stationner ma voiture|stationner",
            ),
            spelt(
                "borne de recharge",
                "recharger ma voiture électrique|recharger ma voiture|recharger sa voiture électrique"
                "|recharger sa voiture|recharger une voiture électrique|recharger un véhicule électrique"
                "|recharger mon véhicule|recharger mon auto|charger ma voiture électrique|charger ma voiture",
            ),
            spelt(
                "aire de jeux",
                "faire jouer mes enfants|faire jouer les enfants|faire jouer mon fils|faire jouer ma fille"
                "|emmener jouer mes enfants|jouer avec mes enfants|faire jouer mon enfant|faire jouer mes petits|jouer",
            ),
        )
    )
)


def _meanings(noun: str, vocabulary: Vocabulary) -> tuple[LayerMeaning, ...]:
    named = vocabulary.layers_named(phrase(noun))
    return tuple(LayerMeaning(each.slug, each.rank) for each in named if each.rank <= Rank.SYNONYM)


def activity_hints(word_tokens: Sequence[WordToken], vocabulary: Vocabulary) -> list[str]:
    """Return the layers where people do what a text says, whose fields may come before: « en fauteuil, où jouer »."""
    nouns = [activity[0] for at in range(len(word_tokens)) if (activity := _NOUNS.find(word_tokens, at))]
    return [each.slug for noun in nouns for each in _meanings(noun, vocabulary)[:1]]


def step_activity(state: ParserState, at: int) -> int:
    """Read what people want to do as the subject, where none is named yet."""
    activity = _NOUNS.find(state.tokens, at)
    is_far = state.pending.relation is not None and not state.pending.relation.is_weak
    if activity is None or state.reading.subject is not None or is_far or state.pending.negated:
        return 0
    layers = _meanings(activity[0], state.vocabulary)
    if not layers:
        return 0
    state.pending.relation = None
    add_layer(state, at, Match(activity[1], layers=layers))
    state.joined = state.either = False
    return activity[1]
