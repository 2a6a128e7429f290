"""Words of spatial relations: « à moins de 300 m de », « dans », « hors de », « sans … à moins de 200 m ».

A vague word has a default distance, reported with the answer: 300 m is near, 500 m is far, 20 m is along.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum

from explorer.natural_language.numbers import METRES_A_MINUTE, Operator, Quantity, read_onward, read_quantity
from explorer.natural_language.phrases import PhraseTable, merged, spelt
from explorer.natural_language.tokens import WordToken, once_a_text

NEAR_M, FAR_M, ALONG_M = 300, 500, 20
MAX_M = 100_000


class Proximity(Enum):
    """How features are placed: within some metres, beyond them, between two distances, inside or touching, outside."""

    NEAR = "near"
    FAR = "far"
    RING = "ring"
    INSIDE = "inside"
    OUTSIDE = "outside"


@dataclass(frozen=True, slots=True)
class RelationPhrase:
    """A spatial relation. ``metres`` are the (outer) distance, ``inner`` that of a ring.

    ``is_weak`` words (« dans », « en », « avec ») may also lead to a value. ``is_default``: no distance was given.
    ``has_object``: « de » follows, so an object must. ``shares_border``: a border in common is enough.
    """

    proximity: Proximity
    metres: float = 0
    inner: float = 0
    is_weak: bool = False
    is_default: bool = False
    has_object: bool = True
    shares_border: bool = False


_NEAR = RelationPhrase(Proximity.NEAR, NEAR_M, is_default=True)
_FAR = RelationPhrase(Proximity.FAR, FAR_M, is_default=True)
_ALONG = RelationPhrase(Proximity.NEAR, ALONG_M, is_default=True)
_WEAK = RelationPhrase(Proximity.INSIDE, is_weak=True)
_INSIDE = RelationPhrase(Proximity.INSIDE)
_TOUCHING = RelationPhrase(Proximity.INSIDE, shares_border=True)
_OUTSIDE = RelationPhrase(Proximity.OUTSIDE)
RELATIONS: PhraseTable[RelationPhrase] = PhraseTable(
    merged(
        (
            spelt(
                _NEAR,
                "près de|près d|près du|près des|proche de|proche d|proche du|proche des|à proximité de|à proximité d"
                "|à proximité du|à proximité des|à côté de|à côté d|à côté du|à côté des|autour de|autour d|autour du"
                "|autour des|aux abords de|aux abords d|aux abords du|aux abords des|aux alentours de|aux alentours d"
                "|aux alentours du|non loin de|non loin d|non loin du|non loin des|pas loin de|pas loin d"
                "|pas loin du|pas loin des|pas très loin de|pas très loin d|pas très loin du|pas très loin des"
                "|voisin de"
                "|voisin d|voisin du"
                "|à deux pas de|à deux pas d|à deux pas du|à quelques pas d|à quelques pas de",
            ),
            spelt(
                _FAR,
                "loin de|loin d|loin du|loin des|éloigné de|éloigné d|éloigné du|éloigné des|à l’écart de|à l’écart d"
                "|à l’écart des|à l’écart du",
            ),
            spelt(
                _ALONG,
                "le long de|le long d|le long du|le long des|longeant|qui longe|qui longent|en bordure de|en bordure d"
                "|en bordure du|en bordure des|bordant|au bord de|au bord d|au bord du|au bord des",
            ),
            spelt(
                _WEAK,
                "dans|en|sur|au sein de|au sein d|au sein du|situé en|situé dans|situé sur|avec|à|au|aux",
            ),
            spelt(
                _INSIDE,
                "à l’intérieur de|à l’intérieur d|à l’intérieur du|à l’intérieur des"
                "|recoupant|qui recoupe|qui recoupent"
                "|traversant|qui traverse|qui traversent|traversé par|croisant|qui croise|qui croisent|coupant"
                "|qui coupe|qui coupent|intersectant|chevauchant|contenant|qui contient"
                "|qui contiennent|comprenant|comportant|abritant|au cœur de|au cœur d|au cœur du|couvert par"
                "|concerné par|impacté par|grevé par|affecté par|frappé par|soumis à|à l’intérieur|inclus dans",
            ),
            spelt(
                _TOUCHING,
                "touchant|qui touche|qui touchent|touché par|touchent|contigu à|contigu au|contigu aux|contiguë à"
                "|contiguë au|contiguë aux"
                "|limitrophe de|limitrophe d|limitrophe du|limitrophe des|mitoyen de|mitoyen d|mitoyen du|mitoyen des"
                "|jouxtant|qui jouxte|qui jouxtent|attenant à|attenant au|attenant aux",
            ),
            spelt(
                _OUTSIDE,
                "hors|hors de|hors d|hors du|hors des|en dehors de|en dehors d|en dehors du|en dehors des|en-dehors de"
                "|à l’extérieur de|à l’extérieur d|à l’extérieur du|à l’extérieur des|pas dans|pas en|pas sur"
                "|sauf dans|pas à"
                "|sauf en|sauf à|ailleurs qu’à|ailleurs que dans",
            ),
        )
    )
)
NEGATED = {
    Proximity.NEAR: Proximity.FAR,
    Proximity.INSIDE: Proximity.OUTSIDE,
    Proximity.FAR: Proximity.NEAR,
    Proximity.OUTSIDE: Proximity.INSIDE,
}  # fmt: skip
_OPENS: PhraseTable[Proximity] = PhraseTable(
    merged(
        (
            spelt(
                Proximity.NEAR,
                "à moins de|à moins d|moins de|moins d|dans un rayon de|dans un rayon d|dans un périmètre de|dans les"
                "|à|à environ"
                "|à peine à|à peu près à|à au plus|à au maximum|à maximum|à une distance de|à une distance d"
                "|à une distance inférieure à|distant de moins de|distant d’au plus|rayon de",
            ),
            spelt(
                Proximity.FAR,
                "à plus de|à plus d|plus de|plus d|à au moins|à au minimum|à minimum|distant de plus de"
                "|distant d’au moins"
                "|à une distance supérieure à|à une distance de plus de",
            ),
        )
    )
)
_RING: PhraseTable[bool] = PhraseTable(spelt(True, "entre|à entre|à une distance comprise entre"))
_ON_FOOT: PhraseTable[bool] = PhraseTable(
    spelt(True, "à pied|de marche|à pieds|de marche à pied|au maximum|maximum|au plus|environ|max")
)
_OF: PhraseTable[bool] = PhraseTable(
    spelt(True, "de|d|du|des|autour de|autour d|autour du|autour des|au plus de|d’une|d’un|d’autour de")
)


@dataclass(frozen=True, slots=True)
class Distance:
    """A relation read with its distance; ``end`` is the token after it, « de » included.

    ``is_certain`` is false where an amount of a field could be meant: « plus de 20 m ». ``is_walk``: it was given in
    minutes.
    """

    relation: RelationPhrase
    end: int
    is_certain: bool
    is_walk: bool = False


@once_a_text
def read_distance(tokens: Sequence[WordToken], at: int) -> Distance | None:
    """Read « à moins de 300 m de » at a token; minutes are those of a walk."""
    if ring := _ring(tokens, at):
        return ring
    opened = _OPENS.find(tokens, at)
    quantity = read_quantity(tokens, opened[1]) if opened else None
    if opened is None or quantity is None or quantity.kind not in {"length", "walk"}:
        return None
    proximity, after = opened[0], quantity.end
    if tokens[at].word == "a" and (onward := read_onward(tokens, after)):
        # « À 300 m ou plus d’un parking », « à 2 km maximum de moi ».
        proximity = Proximity.FAR if onward[0] is Operator.MIN else Proximity.NEAR
        after = onward[1]
    end, has_object = _object(tokens, after)
    certain = tokens[at].word in {"a", "dans", "distant", "rayon"}
    relation = RelationPhrase(proximity, _metres(quantity), has_object=has_object)
    return Distance(relation, end, is_certain=certain, is_walk=quantity.kind == "walk")


def _ring(tokens: Sequence[WordToken], at: int) -> Distance | None:
    opened = _RING.find(tokens, at)
    first = read_quantity(tokens, opened[1]) if opened else None
    if first is None or first.end >= len(tokens) or tokens[first.end].word not in {"et", "a"}:
        return None
    last = read_quantity(tokens, first.end + 1)
    if last is None or last.kind != "length" or (first.has_unit and first.kind != "length"):
        return None
    inner = first.value if first.has_unit else first.value * last.worth
    end, has_object = _object(tokens, last.end)
    if inner >= last.value:
        return None
    return Distance(
        RelationPhrase(Proximity.RING, last.value, inner, has_object=has_object), end, is_certain=False
    )


def _metres(quantity: Quantity) -> float:
    return quantity.value * METRES_A_MINUTE if quantity.kind == "walk" else quantity.value


def _object(tokens: Sequence[WordToken], end: int) -> tuple[int, bool]:
    """Return the token after « à pied » and « de », and whether there is such a « de »."""
    while phrase := _ON_FOOT.find(tokens, end):
        end = phrase[1]
    of = _OF.find(tokens, end)
    return (of[1], True) if of else (end, False)
