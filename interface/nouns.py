"""How a sentence names the features of a layer: « un bâtiment patrimonial », « d’une aire de jeux », « 5 arbres »."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from interface import wording
from layers.access import Scope
from layers.definitions import Noun

_VOWELS = "aeiouyàâäéèêëîïôöùûüœ"


def noun_of(scope: Scope) -> Noun:
    """Return the noun of a layer; a layer without one has features « de » its title, which suits any title."""
    if scope.definition.noun is not None:
        return scope.definition.noun
    title = str(scope.layer.title)
    return Noun(_("objet de « %s »") % title, _("objets de « %s »") % title, _("objet"), _("objets"))


def of_a(noun: Noun) -> str:
    """Return what stands between a distance and a noun: « d’un » or « d’une »; « of a » or « of an »."""
    if _is_before_vowel(noun):
        return (
            pgettext("feminine, vowel", "d’une") if noun.is_feminine else pgettext("masculine, vowel", "d’un")
        )
    return pgettext("feminine", "d’une") if noun.is_feminine else pgettext("masculine", "d’un")


def in_a(noun: Noun) -> str:
    """Return what stands before a noun that something lies in: « dans un » or « dans une »."""
    if _is_before_vowel(noun):
        if noun.is_feminine:
            return pgettext("feminine, vowel", "dans une")
        return pgettext("masculine, vowel", "dans un")
    return pgettext("feminine", "dans une") if noun.is_feminine else pgettext("masculine", "dans un")


def touching_a(noun: Noun) -> str:
    """Return what stands before a noun that something touches: « qui touche un » or « qui touche une »."""
    if _is_before_vowel(noun):
        if noun.is_feminine:
            return pgettext("feminine, vowel", "qui touche une")
        return pgettext("masculine, vowel", "qui touche un")
    return (
        pgettext("feminine", "qui touche une") if noun.is_feminine else pgettext("masculine", "qui touche un")
    )


def around_a(noun: Noun) -> str:
    """Return what stands before a noun that something surrounds: « autour d’un » or « autour d’une »."""
    if _is_before_vowel(noun):
        if noun.is_feminine:
            return pgettext("feminine, vowel", "autour d’une")
        return pgettext("masculine, vowel", "autour d’un")
    return pgettext("feminine", "autour d’une") if noun.is_feminine else pgettext("masculine", "autour d’un")


def outside_a(noun: Noun) -> str:
    """Return what stands before a noun that something lies out of: « hors d’un » or « hors d’une »."""
    if _is_before_vowel(noun):
        if noun.is_feminine:
            return pgettext("feminine, vowel", "hors d’une")
        return pgettext("masculine, vowel", "hors d’un")
    return pgettext("feminine", "hors d’une") if noun.is_feminine else pgettext("masculine", "hors d’un")


def _is_before_vowel(noun: Noun) -> bool:
    return str(noun.one)[:1].lower() in _VOWELS


def counted(noun: Noun, count: int) -> str:
    """Write how many features there are: « 5 arbres », « 1 zone », « aucun arbre », « aucune zone »."""
    if count == 0:
        none = pgettext("feminine", "aucune") if noun.is_feminine else pgettext("masculine", "aucun")
        return f"{none} {noun.short}"
    name = noun.short if wording.counted(count) < wording.PLURAL_FROM else noun.short_many
    return f"{wording.number(count)} {name}"


def none_of(noun: Noun) -> str:
    """Return the word that says alone that there is none: « aucun » or « aucune »."""
    return _("aucune") if noun.is_feminine else _("aucun")


def at_commune(name: str) -> tuple[str, str]:
    """Return the preposition and the name of a commune, contracted as French does: « au Plessis », « à La Celle »."""
    if wording.is_source_language():
        for article, contracted in (("Le ", "au"), ("Les ", "aux")):
            if name.startswith(article):
                return contracted, name.removeprefix(article)
    return _("à"), name
