"""What the curve of a row says, in a sentence: where the present pace leads, else how far the last measure is."""

from __future__ import annotations

from django.utils.translation import gettext as _

from dashboards.panels.labels import signed
from dashboards.panels.trajectories.reading import FollowedRow
from interface.wording import HARD_SPACE


def headline(row: FollowedRow) -> str:
    """Return the sentence over the curve: « Au rythme actuel, la cible 2030 serait manquée de 128 kt »."""
    year, target, measure = row.year("target_year"), row.number("target"), row.number("measure")
    if measure is None:
        return _("Aucune mesure ne dit où en est cet indicateur")
    if target is None or year is None:
        return _("Aucune cible n’est fixée")
    words = {"year": year, "measured": row.year("measure_year") or ""}
    if row.is_better(measure - target):
        return _("La cible %(year)s est atteinte en %(measured)s") % words
    gap = _projected_gap(row)
    if gap is None:
        return gap_sentence(row)
    if row.is_better(gap):
        return _("Au rythme actuel, la cible %(year)s serait atteinte") % words
    return _("Au rythme actuel, la cible %(year)s serait manquée de %(gap)s") % {
        **words,
        "gap": row.amounts.size(gap),
    }


def gap_sentence(row: FollowedRow) -> str:
    """Say how far the last measure is from what was expected: in value, and in percents."""
    gap, year = row.number("gap"), row.year("measure_year")
    if gap is None:
        return _("La trajectoire ne dit pas ce qui était attendu")
    words = {"year": year or "", "gap": row.amounts.size(gap)}
    percent = row.number("relative_gap")
    if not round(gap, row.amounts.decimals):
        return _("En %(year)s, la mesure est sur la trajectoire") % words
    text = (
        _("En %(year)s, %(gap)s de plus qu’attendu")
        if gap > 0
        else _("En %(year)s, %(gap)s de moins qu’attendu")
    ) % words
    if percent is None:
        return text
    share = signed(round(percent, 1))
    return f"{text} ({share}{HARD_SPACE}%)"


def projection_sentence(row: FollowedRow) -> str:
    """Say where the present pace leads: « 898 kt projetés en 2030, pour une cible de 770 kt »."""
    projection, year = row.number("projection"), row.year("target_year")
    if projection is None or year is None:
        return ""
    return _("%(value)s projetés en %(year)s, pour une cible de %(target)s") % {
        "value": row.amounts.whole(projection),
        "year": year,
        "target": row.amounts.whole(row.number("target")),
    }


def _projected_gap(row: FollowedRow) -> float | None:
    projection, target = row.number("projection"), row.number("target")
    return None if projection is None or target is None else projection - target


def projected_gap(row: FollowedRow) -> str:
    """Write how far the projection ends from the target."""
    gap = _projected_gap(row)
    return "" if gap is None else row.amounts.signed(gap)


def is_projection_good(row: FollowedRow) -> bool:
    """Whether the present pace reaches the target."""
    gap = _projected_gap(row)
    return gap is not None and row.is_better(gap)
