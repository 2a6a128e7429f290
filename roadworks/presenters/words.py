"""Works in the words of people: what becomes of the street, when, and what passes, mode by mode."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from interface.wording import date_words, distance
from roadworks.queries import SiteRecords
from roadworks.vocabulary import Direction, Impact, Mode, SiteState, Traffic

Text = str | Promise
_WEEKDAYS = tuple(range(1, 8))
_WORKING_DAYS = (1, 2, 3, 4, 5)
DAY_NAMES: Mapping[int, Text] = {
    1: gettext_lazy("lundi"),
    2: gettext_lazy("mardi"),
    3: gettext_lazy("mercredi"),
    4: gettext_lazy("jeudi"),
    5: gettext_lazy("vendredi"),
    6: gettext_lazy("samedi"),
    7: gettext_lazy("dimanche"),
}
_ICONS = {
    Mode.CAR: "car",
    Mode.BICYCLE: "bike",
    Mode.FOOT: "footprints",
    Mode.BUS: "bus",
    Mode.PARKING: "square-parking",
}
# What a site looks like: never by its colour alone, each has its pictogram and its word.
_LOOKS: Mapping[str, tuple[str, str, Text]] = {
    Traffic.CLOSED: ("closed", "construction", gettext_lazy("barrée")),
    Traffic.ONE_WAY: ("alternate", "arrow-up", gettext_lazy("à sens unique")),
    Traffic.ALTERNATE: ("alternate", "arrow-up-down", gettext_lazy("alternée")),
    Traffic.NARROWED: ("narrow", "fold-horizontal", gettext_lazy("réduite")),
    Traffic.FREE: ("free", "check", gettext_lazy("libre")),
}
MARKS = (*((look, icon) for look, icon, _word in _LOOKS.values()), ("home", "house"))
"""The pictograms of the marks of a map, by look."""
_PASSES: Mapping[Mode, Mapping[str, Text]] = {
    Mode.CAR: {
        Impact.NONE: gettext_lazy("libre"),
        Impact.SLOWED: gettext_lazy("lente"),
        Impact.ALTERNATE: gettext_lazy("alternée"),
        Impact.CLOSED: gettext_lazy("déviée"),
    },
    Mode.BICYCLE: {
        Impact.NONE: gettext_lazy("libre"),
        Impact.SLOWED: gettext_lazy("voie réduite"),
        Impact.ALTERNATE: gettext_lazy("alterné"),
        Impact.CLOSED: gettext_lazy("à la main"),
    },
    Mode.FOOT: {
        Impact.NONE: gettext_lazy("libre"),
        Impact.SLOWED: gettext_lazy("trottoir réduit"),
        Impact.ALTERNATE: gettext_lazy("un seul trottoir"),
        Impact.CLOSED: gettext_lazy("fermé"),
    },
    Mode.BUS: {
        Impact.NONE: gettext_lazy("passe"),
        Impact.SLOWED: gettext_lazy("ralenti"),
        Impact.ALTERNATE: gettext_lazy("alterné"),
        Impact.CLOSED: gettext_lazy("dévié"),
    },
    Mode.PARKING: {
        Impact.NONE: gettext_lazy("libre"),
        Impact.SLOWED: gettext_lazy("réduit"),
        Impact.ALTERNATE: gettext_lazy("réduit"),
        Impact.CLOSED: gettext_lazy("interdit"),
    },
}
_SEVERITY = {Impact.NONE: 0, Impact.SLOWED: 1, Impact.ALTERNATE: 2, Impact.CLOSED: 3}


@dataclass(frozen=True, slots=True)
class ModeWords:
    """What becomes of a mode: « Vélo : à la main », with a pictogram and how grave it is (0 to 3)."""

    icon: str
    title: str
    words: str
    severity: int


@dataclass(frozen=True, slots=True)
class SiteCard:
    """A site as lists write it."""

    records: SiteRecords
    title: str
    look: str
    icon: str
    traffic: str
    dates: str
    modes: tuple[ModeWords, ...]
    distance: str

    @property
    def site(self) -> Any:
        """The row."""
        return self.records.site


def card(records: SiteRecords, *, today: dt.date) -> SiteCard:
    """Return a site in words."""
    site = records.site
    look, icon, traffic = _LOOKS[site.impact_circulation]
    street = site.voie or site.objet
    return SiteCard(
        records,
        _("%(street)s, %(traffic)s") % {"street": street, "traffic": traffic}
        if site.impact_circulation != Traffic.FREE
        else street,
        look,
        icon,
        str(traffic),
        dates_words(site, records.phases, today=today),
        tuple(mode_words(effects_of_day(records, today))),
        "" if records.distance_m is None else distance(records.distance_m),
    )


def effects_of_day(records: SiteRecords, day: dt.date) -> list[Any]:
    """Return the effects of the site and of the phases under way on a day; every effect where no phase is."""
    current = {phase.pk for phase in records.phases if phase.date_debut <= day <= phase.date_fin}
    if not current:
        return list(records.effects)
    return [effect for effect in records.effects if effect.phase_id is None or effect.phase_id in current]


def mode_words(effects: Iterable[Any]) -> list[ModeWords]:
    """Return the worst effect on each mode, in the order of the modes; nothing of a mode that nobody wrote about."""
    worst: dict[str, Any] = {}
    for effect in effects:
        if effect.mode not in worst or _SEVERITY[effect.impact] > _SEVERITY[worst[effect.mode].impact]:
            worst[effect.mode] = effect
    words = []
    for mode in Mode:
        effect = worst.get(mode.value)
        if effect is not None:
            words.append(
                ModeWords(_ICONS[mode], str(mode.label), _mode_words(mode, effect), _SEVERITY[effect.impact])
            )
    return words


def _mode_words(mode: Mode, effect: Any) -> str:
    passes = str(_PASSES[mode][effect.impact])
    if effect.impact == Impact.NONE or effect.sens == Direction.BOTH:
        return passes
    return _("%(words)s dans un sens") % {"words": passes}


def dates_words(site: Any, phases: Sequence[Any], *, today: dt.date) -> str:
    """Say when: « du 3 au 24 décembre, de 8 h à 17 h », « jusqu’au 11 décembre, jour et nuit »."""
    last = date_words(site.date_fin, "j F" if site.date_fin.year == today.year else "j F Y")
    if site.date_debut <= today:
        dates = _("jusqu’au %s") % last
    elif site.date_debut == site.date_fin:
        dates = _("le %s") % last
    else:
        has_month = (site.date_debut.year, site.date_debut.month) != (site.date_fin.year, site.date_fin.month)
        first = date_words(site.date_debut, "j F" if has_month else "j")
        dates = _("du %(first)s au %(last)s") % {"first": first, "last": last}
    current = next((each for each in phases if each.date_debut <= today <= each.date_fin), None)
    hours = hours_words(current or phases[0]) if phases else ""
    return _("%(dates)s, %(hours)s") % {"dates": dates, "hours": hours} if hours else dates


def hours_words(phase: Any) -> str:
    """Say the hours and days of a phase: « de 21 h à 6 h, du lundi au vendredi »."""
    if phase.heure_debut is None:
        hours = _("jour et nuit")
    else:
        hours = _("de %(start)s à %(end)s") % {
            "start": _clock(phase.heure_debut),
            "end": _clock(phase.heure_fin),
        }
    days = _days_words(tuple(sorted(phase.jours)))
    parts = [hours, days, _("sauf jours fériés") if phase.sauf_feries else ""]
    return ", ".join(part for part in parts if part)


def _days_words(days: tuple[int, ...]) -> str:
    if not days or days == _WEEKDAYS:
        return ""
    if days == _WORKING_DAYS:
        return _("du lundi au vendredi")
    missing = [day for day in _WEEKDAYS if day not in days]
    if len(missing) == 1:
        return _("sauf le %s") % DAY_NAMES[missing[0]]
    return ", ".join(str(DAY_NAMES[day]) for day in days)


def _clock(time: dt.time) -> str:
    """Write an hour: « 8 h », « 17 h 30 »."""
    return time_format(time, _("G \\h i") if time.minute else _("G \\h"))


@dataclass(frozen=True, slots=True)
class ProgressStep:
    """A step of a site on the way: its word, the date or who, and whether it is past or the present one.

    ``modes`` say what a phase hampers in its own way.
    """

    title: str
    detail: str
    is_done: bool
    is_current: bool = False
    modes: tuple[ModeWords, ...] = ()


def state_steps(state: str) -> list[ProgressStep]:
    """Return the steps from draft to online with the present one, as the head of the pages of a site has them."""
    steps = (
        (SiteState.DRAFT, _("Brouillon"), _("chez vous")),
        (SiteState.SUBMITTED, _("Soumis"), _("à valider")),
        (SiteState.PUBLISHED, _("En ligne"), _("carte, GPS, riverains")),
        (SiteState.FINISHED, _("Terminé"), _("dans l’historique")),
    )
    online = {SiteState.SUSPENDED, SiteState.EXTENDED}
    current = SiteState.PUBLISHED if state in online else state
    ranks = [code for code, _title, _detail in steps]
    position = ranks.index(SiteState(current)) if current in ranks else -1
    return [
        ProgressStep(
            str(SiteState(state).label) if index == position and state in online else title,
            detail,
            is_done=index < position,
            is_current=index == position,
        )
        for index, (_code, title, detail) in enumerate(steps)
    ]


def progress(records: SiteRecords, *, today: dt.date) -> list[ProgressStep]:
    """Return the life of a site on the road: its beginning, each phase, its end; said to be confirmed or not."""
    site = records.site
    has_begun = site.date_debut <= today and site.statut != "Suspendu"
    steps = [
        ProgressStep(
            _("Début"),
            _confirmation(site.date_debut, is_confirmed=site.debut_confirme, is_past=has_begun),
            is_done=site.debut_confirme or has_begun,
        )
    ]
    for phase in records.phases:
        title = phase.titre or _("Phase %d") % phase.numero
        dates = _("du %(first)s au %(last)s") % {
            "first": date_words(phase.date_debut, "j N"),
            "last": date_words(phase.date_fin, "j N"),
        }
        is_current = phase.date_debut <= today <= phase.date_fin and site.statut != "Terminé"
        steps.append(
            ProgressStep(
                title,
                f"{dates}, {hours_words(phase)}",
                is_done=phase.date_fin < today or site.statut == "Terminé",
                is_current=is_current,
                modes=tuple(mode_words(each for each in records.effects if each.phase_id == phase.pk)),
            )
        )
    is_over = site.statut == "Terminé"
    end = timezone.localdate(site.fin_reelle) if site.fin_reelle else site.date_fin
    detail = _confirmation(end, is_confirmed=site.fin_confirmee, is_past=is_over)
    return [*steps, ProgressStep(_("Fin"), detail, is_done=is_over)]


def _confirmation(day: dt.date, *, is_confirmed: bool, is_past: bool) -> str:
    written = date_words(day, "j F Y")
    if is_confirmed:
        return _("%s, confirmé sur place") % written
    return _("%s, non confirmé") % written if is_past else _("prévu le %s") % written


def count_words(count: int) -> str:
    """Say how many works there are."""
    return ngettext("%d chantier", "%d chantiers", count) % count
