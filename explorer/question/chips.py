"""What is asked of the map, one chip a condition: the parts of the sentence, then what is asked of other layers."""

from __future__ import annotations

from collections.abc import Iterator

from explorer.filters.chips import Chip, chips
from explorer.layer_panel.layer_list import MapLayers
from explorer.question.sentence import Part, PartKind, Sentence, relations, sentence
from layers.styles.definitions import Style


def question_chips(view: MapLayers, asked: Sentence | None = None) -> list[Chip]:
    """Return the chips of the map, of its sentence when it is known: without a subject, each is said of its layer."""
    scopes = {found.scope.slug: found.scope for found in view.everything}
    asked = asked or sentence(view.query, scopes)
    if asked.subject is None:
        return chips(view)
    said = {
        relation.asked.layer for relation in relations(view.query, asked.subject, scopes) if relation.is_live
    }
    own = f"{asked.subject.slug}."
    beside = [
        chip
        for chip in chips(view)
        if not any(name.startswith(own) or "." not in name for name in chip.names)
        and not any(name.partition(".")[0] in said for name in chip.names)
    ]
    return [*_parts(asked), *beside]


def _parts(asked: Sentence) -> Iterator[Chip]:
    assert asked.subject is not None
    for part in asked.parts:
        if part.kind is not PartKind.SUBJECT:
            yield Chip("", part.words, (part.key,), part.without.link, _style(part), tokens=_tokens(part))


def _style(part: Part) -> Style | None:
    return next((token.scope.style for token in part.tokens if token.scope is not None), None)


def _tokens(part: Part) -> tuple[tuple[str, bool], ...]:
    return tuple((token.text, bool(token.menu)) for token in part.tokens)
