"""French nouns of datasets: the plural of a noun, and the noun that a title in the plural is made of.

A proposal is shown to a person, who corrects it: rules cover what titles of datasets are made of, no more.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from layers.vocabulary import Gender

# After one of these the words belong to the noun, and stay as they are: « arbres d’alignement ».
_LINK_WORDS = (
    "de du des d l à a au aux en et ou pour par sur sous dans sans avec chez entre hors vers le la les"
)
_LINKS = frozenset(_LINK_WORDS.split())
_INVARIABLE_WORDS = (
    "accès avis bois bras concours corps cours discours palais parcours pays puits relais secours succès tapis temps"
    " gros gris bas épais creux vieux dangereux choix prix voix croix noix"
)
_INVARIABLE = frozenset(_INVARIABLE_WORDS.split())
_OWN_SINGULARS = {"travaux": "travail", "vitraux": "vitrail", "baux": "bail", "tuyaux": "tuyau"}
_OWN_PLURALS = {one: many for many, one in _OWN_SINGULARS.items()}
_ENDS = (
    "tion sion té ée ette elle esse ence ance ure ie ière euse trice ade aine ille ine one ole oute igne iste oie ue"
    " aie èche anne ogne"
)
_FEMININE_ENDS = tuple(_ENDS.split())
_FEMININE_WORDS = (
    "aire borne surface voie place salle forêt maison tour cour part source mare antenne poubelle parcelle commune"
    " école crèche gare plaque benne halle cave serre berge rampe barrière corbeille eau fontaine"
)
_FEMININE = frozenset(_FEMININE_WORDS.split())
_MASCULINE_WORDS = (
    "musée lycée trophée domaine cycliste kiosque côté comité arrêté été traité site square immeuble lieu"
    " magazine patrimoine moine"
)
_MASCULINE = frozenset(_MASCULINE_WORDS.split())
MAX_NOUN = 80
_WORD = re.compile(r"[^\W\d_]+", re.UNICODE)
# What a title says before it names its rows, « PLUi : zones », and after: by what they are counted.
_HEAD = re.compile(r"^.*:\s*", re.DOTALL)
_END = re.compile(r"(?:\s*[,(;–—]|\s+par\s).*$", re.DOTALL)
_BOTH = re.compile(r"\s(?:et|ou)\s")


@dataclass(frozen=True, slots=True)
class NounProposal:
    """What the rows of a dataset may be called."""

    one: str
    many: str
    gender: Gender


def plural_of(noun: str) -> str:
    """Return a noun with the mark of the plural on its first words: « stations de vélos »."""
    return _each(noun, _plural)


def proposed_noun(title: str) -> NounProposal | None:
    """Return the noun that a title in the plural is made of; None for any other title, and for two kinds of things.

    « Stations de vélos en libre-service » gives « station de vélos en libre-service », in the feminine.
    """
    many = _lowered(_END.sub("", _HEAD.sub("", title.strip())))
    first, one = _WORD.match(many), _each(many, _singular)
    if first is None or one == many or len(many) > MAX_NOUN or _BOTH.search(many):
        return None
    return NounProposal(one, many, _gender(_singular(first[0])))


def _each(text: str, change: Callable[[str], str]) -> str:
    """Change the words before the first that links: the noun and its adjectives."""
    parts = re.split(r"([^\W\d_]+)", text)
    for at in range(1, len(parts), 2):
        if parts[at].lower() in _LINKS:
            break
        parts[at] = change(parts[at])
    return "".join(parts)


def _lowered(text: str) -> str:
    """Write a title as in a sentence; what begins with several capitals is a name, « PAV »."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _singular(word: str) -> str:
    low = word.lower()
    if low in _INVARIABLE or len(word) < 3:
        return word
    if low in _OWN_SINGULARS:
        return _OWN_SINGULARS[low]
    if low.endswith(("eaux", "eux")):
        return word[:-1]
    if low.endswith("aux"):
        return f"{word[:-3]}al"
    return word[:-1] if low.endswith("s") and not low.endswith("ss") else word


def _plural(word: str) -> str:
    low = word.lower()
    if low in _OWN_PLURALS:
        return _OWN_PLURALS[low]
    if low.endswith(("s", "x", "z")):
        return word
    if low.endswith("al"):
        return f"{word[:-2]}aux"
    return f"{word}x" if low.endswith(("eau", "eu", "yau")) else f"{word}s"


def _gender(noun: str) -> Gender:
    low = noun.lower()
    if low in _MASCULINE:
        return Gender.MASCULINE
    is_feminine = low in _FEMININE or low.endswith(_FEMININE_ENDS)
    return Gender.FEMININE if is_feminine else Gender.MASCULINE
