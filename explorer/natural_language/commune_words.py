"""The communes as what is looked for: « la commune la plus étendue », « communes de plus de 5 km² ».

They are the subject only where the text names no other layer: « commune » is a place elsewhere.
"""

from __future__ import annotations

from collections.abc import Sequence

from explorer.natural_language.layer_index import Rank
from explorer.natural_language.parse_result import SpanKind
from explorer.natural_language.state import ParserState
from explorer.natural_language.tokens import COMMUNE_WORDS, WordToken
from explorer.natural_language.vocabulary import Vocabulary
from interface.territory import COMMUNES_LAYER


def commune_hints(word_tokens: Sequence[WordToken], vocabulary: Vocabulary) -> list[str]:
    """Return the layer of the communes, where the text speaks of communes and is not about one of them."""
    is_said = any(each.word in COMMUNE_WORDS for each in word_tokens)
    return [COMMUNES_LAYER] if is_said and COMMUNES_LAYER in vocabulary.layers else []


def step_communes(state: ParserState, at: int) -> int:
    """Read « commune » as the subject, when it is foreseen."""
    is_foreseen = state.foreseen is not None and state.foreseen.slug == COMMUNES_LAYER
    if not is_foreseen or state.reading.clauses or state.tokens[at].word not in COMMUNE_WORDS:
        return 0
    end = at + 1
    following = state.past_glue(end)
    if following < len(state.tokens) and state.names_commune(following):
        return 0  # « la commune de Meudon »
    assert state.foreseen is not None
    state.reading.clauses.append(state.foreseen)
    state.foreseen = None
    state.reading.rank += Rank.KEYWORD
    state.pending.relation = None
    state.understood(at, end, SpanKind.SUBJECT)
    return end
