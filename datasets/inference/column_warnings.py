"""What a person should look at in a column before it is loaded: values that nearly fit, dates that read twice."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.utils.translation import gettext as _

from datasets.definitions import Finding
from datasets.inference.profiles import Profile, is_code
from datasets.inference.values import BLANKS, EXCEL_ERROR, SHORTENED, accepts, canonical, form_of, is_missing
from datasets.readers.headers import unit_after
from datasets.vocabulary import ColumnType, Severity

_NEARLY, _ENOUGH = 0.95, 20
_SHORT_YEAR = re.compile(r"[0-3]?[0-9][-/.][01]?[0-9][-/.][0-9]{2}")
_MONTH_FIRST = re.compile(r"(?:0?[1-9]|1[0-2])/(?:[0-2]?[0-9]|3[01])/[12][0-9]{3}")
_SHORTENED = re.compile(SHORTENED)
_ERROR = re.compile(EXCEL_ERROR, re.IGNORECASE)
_POSTAL = frozenset({"cp", "postal", "codepostal", "insee", "codgeo", "depcom"})
_LOST_ZERO = re.compile(r"[1-9][0-9]{3}")
_ENTITY = re.compile(r"&(?:[a-z]{2,8}|#[0-9]{2,5}|#x[0-9a-f]{2,4});", re.IGNORECASE)
_AMOUNTS_TEXT = (
    "montant total nombre nb population habitants budget depense depenses recette recettes cout prix credits "
    "subvention subventions capacite"
)
_AMOUNTS = frozenset(_AMOUNTS_TEXT.split())
_GROUPED = re.compile(r"[+-]?[1-9][0-9]{0,2}(?:[.][0-9]{3})?")
_DATED = frozenset({ColumnType.DATE, ColumnType.DATETIME})
_MISREAD = re.compile("Ã[\u0080-\u00bf©¨ª§´®»¢¯¹]|â€[™œ\u009d¦“”]|Â[°«»\u00a0²]")


def column_warnings(profile: Profile, kind: ColumnType) -> list[Finding]:
    """Return what to say of a column that is proposed as a ``kind``, each with the value that shows it."""
    warnings = [warning for check in _CHECKS if (warning := check(profile, kind)) is not None]
    return [
        Finding(Severity.WARNING.value, code, reason, 0, profile.title, value[:200])
        for code, reason, value in warnings
    ]


ColumnWarning = tuple[str, str, str]
"""A code, a sentence, and the value that shows what is meant."""


def _first(profile: Profile, is_odd: Callable[[str], object]) -> str | None:
    return next((value for value in profile.typed if is_odd(value)), None)


def _nearly(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    """Say when a column would be of a narrower type but for a few values."""
    if kind is not ColumnType.STRING or len(profile.typed) < _ENOUGH or is_code(profile):
        return None
    for narrower in (ColumnType.NUMBER, ColumnType.DATE, ColumnType.BOOLEAN):
        if _NEARLY <= profile.share(narrower) < 1:
            odd = next(value for value in profile.typed if not accepts(narrower, value))
            reason = _("Presque toutes les valeurs se lisent comme « %s », pas celle-ci : gardé en texte.")
            return "nearly", reason % narrower.label, odd
    return None


def _short_years(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    value = _first(profile, _SHORT_YEAR.fullmatch) if kind is ColumnType.STRING else None
    reason = _(
        "Années à deux chiffres : 1924 ou 2024 ? Gardé en texte ; écrivez les années en quatre chiffres."
    )
    return ("short_years", reason, value) if value else None


def _month_first(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    if (
        kind is not ColumnType.STRING
        or not profile.typed
        or not all(map(_MONTH_FIRST.fullmatch, profile.typed))
    ):
        return None
    value = next(value for value in profile.typed if not accepts(ColumnType.DATE, value))
    return "month_first", _("Dates écrites mois en premier, à l’américaine : gardées en texte."), value


def _compact(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    if kind is not ColumnType.STRING or not profile.is_compact:
        return None
    reason = _("Ces codes sont aussi des dates AAAAMMJJ : choisissez le type « date » si c’en sont.")
    return "compact_dates", reason, profile.typed[0]


def _numbered(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    """Say that numbers are read as dates, with what the first one becomes."""
    if kind not in _DATED:
        return None
    value = _first(profile, lambda value: (form := form_of(kind, value)) is not None and form.code)
    if value is None or profile.is_compact:
        return None
    reason = _("Des nombres sont lus comme des dates (jours d’Excel, ou temps écoulé depuis 1970) : %s.")
    return "numbered_dates", reason % canonical(kind, value), value


def _figures_as_text(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    is_text = kind is ColumnType.STRING and profile.hint is ColumnType.STRING
    if not is_text or not profile.typed or is_code(profile) or profile.share(ColumnType.NUMBER) < 1:
        return None
    reason = _("Des nombres sont enregistrés comme du texte dans le fichier : gardés en texte.")
    return "text_numbers", reason, profile.typed[0]


def _mixed_percents(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    units = {unit_after(value) for value in profile.typed}
    if kind is not ColumnType.STRING or len(units) < 2 or "%" not in units:
        return None
    value = _first(profile, lambda value: unit_after(value) == "%") or ""
    return "mixed_percents", _("Des valeurs sont en pourcentage, d’autres non : gardé en texte."), value


def _shortened(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    value = _first(profile, _SHORTENED.fullmatch) if kind is ColumnType.STRING else None
    reason = _(
        "Nombre raccourci par Excel, des chiffres sont perdus : mettez la colonne au format Texte à la source."
    )
    return ("excel_shortened", reason, value) if value else None


def _errors(profile: Profile, _kind: ColumnType) -> ColumnWarning | None:
    value = next((value for value in profile.present if _ERROR.fullmatch(value.strip(BLANKS))), None)
    return ("excel_error", _("Erreur de calcul d’un tableur dans les valeurs."), value) if value else None


def _crosses(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    is_crossed = kind is ColumnType.BOOLEAN and {value.lower() for value in profile.typed} == {"x"}
    return (
        ("crosses", _("Des croix : « x » est lu comme oui, le vide reste vide."), "x") if is_crossed else None
    )


def _misread(profile: Profile, _kind: ColumnType) -> ColumnWarning | None:
    value = next((text for text in (profile.title, *profile.present) if _MISREAD.search(text)), None)
    reason = _("Des accents sont doublement encodés (« Ã© » pour « é ») : la source est à corriger.")
    return ("mojibake", reason, value) if value else None


def _mended(profile: Profile, _kind: ColumnType) -> ColumnWarning | None:
    if profile.mended_title == profile.title:
        return None
    reason = _("Ce titre a perdu ses accents, ils sont rétablis : « %s ».")
    return "mended_title", reason % profile.mended_title, profile.title


def _words_for_nothing(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    """Say which words are read as no value in a column that is not text."""
    if kind is ColumnType.STRING:
        return None
    texts = [value.strip(BLANKS) for value in profile.present if value.strip(BLANKS) and is_missing(value)]
    words = list(dict.fromkeys(word for word in texts if not _ERROR.fullmatch(word)))
    reason = _("Lus comme une absence de valeur : %s.")
    return ("missing_words", reason % ", ".join(words[:5]), words[0]) if words else None


def _lost_zeros(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    is_postal = kind is ColumnType.STRING and bool(_POSTAL & set(profile.words))
    value = _first(profile, _LOST_ZERO.fullmatch) if is_postal else None
    reason = _(
        "Des codes n’ont que quatre chiffres : leur zéro de tête a été perdu, sans doute par un tableur."
    )
    return ("lost_zeros", reason, value) if value else None


def _grouped_by_dots(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    """Say that amounts with three decimals each are perhaps thousands."""
    if kind is not ColumnType.NUMBER or not _AMOUNTS & set(profile.words):
        return None
    value = _first(profile, lambda value: "." in value)
    if value is None or not all(map(_GROUPED.fullmatch, profile.typed)):
        return None
    reason = _("Trois chiffres après chaque point : des milliers ? Ils sont lus comme des décimales (%s).")
    return "dotted_thousands", reason % canonical(kind, value), value


def _entities(profile: Profile, kind: ColumnType) -> ColumnWarning | None:
    value = _first(profile, _ENTITY.search) if kind is ColumnType.STRING else None
    reason = _("Des caractères sont écrits comme dans une page web (« &eacute; ») : gardés tels quels.")
    return ("entities", reason, value) if value else None


_CHECKS: tuple[Callable[[Profile, ColumnType], ColumnWarning | None], ...] = (
    _nearly,
    _short_years,
    _month_first,
    _compact,
    _numbered,
    _figures_as_text,
    _mixed_percents,
    _shortened,
    _errors,
    _crosses,
    _misread,
    _mended,
    _words_for_nothing,
    _lost_zeros,
    _grouped_by_dots,
    _entities,
)
