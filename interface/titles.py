"""Names of features in lists and sentences: titles, « un arbre », « d’une aire de jeux », « 5 arbres »."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import pgettext, pgettext_lazy

from interface import wording
from interface.wording import field_value, is_empty
from layers.access import Scope
from layers.definitions import Noun, Text
from layers.parsing import SortKey
from layers.queries import feature

_VOWELS = "aeiouyàâäéèêëîïôöùûüœ"


def feature_title(scope: Scope, record: Any) -> str:
    """Return the title of a feature: its title field where it is readable and not empty, else its kind and id."""
    field = scope.filterable.get(scope.definition.title_field)
    return name_of(scope, record.pk, field_value(field, record) if field else None)


def row_title(scope: Scope, row: Mapping[str, Any]) -> str:
    """Return the title of a row of a list, by the same rule."""
    return name_of(scope, row["id"], row.get(scope.definition.title_field))


def name_of(scope: Scope, pk: int, value: Any) -> str:
    """Return the name of the feature ``pk`` whose title field holds ``value``."""
    if is_empty(value):
        return _("%(kind)s n° %(id)s") % {"kind": scope.definition.singular, "id": pk}
    return str(scope.definition.by_name[scope.definition.title_field].label(value))


def title_sort(scope: Scope) -> tuple[SortKey, ...]:
    """Return the sort of lists for people: the title when the visitor may read it."""
    title = scope.definition.title_field
    return (SortKey(title),) if title in scope.filterable else ()


def noun_of(scope: Scope) -> Noun:
    """Return the noun of a layer; a layer without one has features « de » its title, which suits any title."""
    if scope.definition.noun is not None:
        return scope.definition.noun
    title = str(scope.layer.title)
    return Noun(_("objet de « %s »") % title, _("objets de « %s »") % title, _("objet"), _("objets"))


@dataclass(frozen=True, slots=True)
class Article:
    """The words before a noun, by its gender; some languages write it otherwise before a vowel."""

    masculine: Text
    feminine: Text
    masculine_vowel: Text
    feminine_vowel: Text

    def before(self, noun: Noun) -> str:
        """Return the words for a noun."""
        if _is_before_vowel(noun):
            return str(self.feminine_vowel if noun.is_feminine else self.masculine_vowel)
        return str(self.feminine if noun.is_feminine else self.masculine)


_OF = Article(
    masculine=pgettext_lazy("masculine", "d’un"),
    feminine=pgettext_lazy("feminine", "d’une"),
    masculine_vowel=pgettext_lazy("masculine, vowel", "d’un"),
    feminine_vowel=pgettext_lazy("feminine, vowel", "d’une"),
)
_IN = Article(
    masculine=pgettext_lazy("masculine", "dans un"),
    feminine=pgettext_lazy("feminine", "dans une"),
    masculine_vowel=pgettext_lazy("masculine, vowel", "dans un"),
    feminine_vowel=pgettext_lazy("feminine, vowel", "dans une"),
)
_TOUCHING = Article(
    masculine=pgettext_lazy("masculine", "qui touche un"),
    feminine=pgettext_lazy("feminine", "qui touche une"),
    masculine_vowel=pgettext_lazy("masculine, vowel", "qui touche un"),
    feminine_vowel=pgettext_lazy("feminine, vowel", "qui touche une"),
)
_OVERLAPPING = Article(
    masculine=pgettext_lazy("masculine", "qui recoupe un"),
    feminine=pgettext_lazy("feminine", "qui recoupe une"),
    masculine_vowel=pgettext_lazy("masculine, vowel", "qui recoupe un"),
    feminine_vowel=pgettext_lazy("feminine, vowel", "qui recoupe une"),
)
_APART = Article(
    masculine=pgettext_lazy("masculine", "qui ne touche pas un"),
    feminine=pgettext_lazy("feminine", "qui ne touche pas une"),
    masculine_vowel=pgettext_lazy("masculine, vowel", "qui ne touche pas un"),
    feminine_vowel=pgettext_lazy("feminine, vowel", "qui ne touche pas une"),
)
_AROUND = Article(
    masculine=pgettext_lazy("masculine", "autour d’un"),
    feminine=pgettext_lazy("feminine", "autour d’une"),
    masculine_vowel=pgettext_lazy("masculine, vowel", "autour d’un"),
    feminine_vowel=pgettext_lazy("feminine, vowel", "autour d’une"),
)
_OUTSIDE = Article(
    masculine=pgettext_lazy("masculine", "hors d’un"),
    feminine=pgettext_lazy("feminine", "hors d’une"),
    masculine_vowel=pgettext_lazy("masculine, vowel", "hors d’un"),
    feminine_vowel=pgettext_lazy("feminine, vowel", "hors d’une"),
)


def of_a(noun: Noun) -> str:
    """Return the words between a distance and a noun: « d’un » or « d’une »; « of a » or « of an »."""
    return _OF.before(noun)


def in_a(noun: Noun) -> str:
    """Return the words before a noun that contains something: « dans un » or « dans une »."""
    return _IN.before(noun)


def touching_a(noun: Noun) -> str:
    """Return the words before a noun that something touches: « qui touche un » or « qui touche une »."""
    return _TOUCHING.before(noun)


def overlapping_a(noun: Noun) -> str:
    """Return the words before a noun that shares ground with something: « qui recoupe un » or « qui recoupe une »."""
    return _OVERLAPPING.before(noun)


def apart_from_a(noun: Noun) -> str:
    """Return the words before a noun that shares no point: « qui ne touche pas un » or « qui ne touche pas une »."""
    return _APART.before(noun)


def around_a(noun: Noun) -> str:
    """Return the words before a noun that something surrounds: « autour d’un » or « autour d’une »."""
    return _AROUND.before(noun)


def outside_a(noun: Noun) -> str:
    """Return the words before a noun that something is outside of: « hors d’un » or « hors d’une »."""
    return _OUTSIDE.before(noun)


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


def named_feature(scope: Scope, pk: int) -> str:
    """Return the title of a feature.

    Raises:
        UnknownFeature: no such feature for this visitor.
    """
    return feature_title(scope, feature(scope, pk))
