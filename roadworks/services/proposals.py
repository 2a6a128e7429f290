"""A change of a public site by somebody who does not approve it: its phases, effects and drawing wait with its fields.

The fields of the row wait by moderation, which gives the rest back once somebody accepts the change: it is written
then, unless the site changed meanwhile. An order and a photo are not proposed: who approves the site writes them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.contrib.gis.geos import GEOSGeometry, MultiLineString
from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from layers.access import Scope
from layers.errors import StaleFeature
from layers.services.moderation import RelatedChange
from roadworks.models import RoadWorks
from roadworks.queries import SiteRecords, read_site
from roadworks.services.answers import SiteAnswers
from roadworks.services.effects import EffectAnswer
from roadworks.services.records import store_effects, store_phases
from roadworks.services.sections import place, store_sections
from roadworks.services.situation import update_sites
from roadworks.vocabulary import Impact, Mode

PHASES, EFFECTS, DRAWING, DETOUR = "phases", "effets", "trace", "trace_deviation"
_DATES, _TIMES = ("date_debut", "date_fin"), ("heure_debut", "heure_fin")
_COLUMNS = ("titre", *_DATES, *_TIMES, "sauf_feries", "jours")


def related_changes(scope: Scope, records: SiteRecords, answers: SiteAnswers) -> list[RelatedChange]:
    """Return what the answers of a form change of a site beside the fields of its row."""
    site = records.site
    parts: tuple[tuple[str, str, Any, Any, Callable[[Any], str]], ...] = (
        (PHASES, _("Phases"), _stored_phases(records), _phases(answers.phases), _phase_words),
        (
            EFFECTS,
            _("Ce que le chantier gêne"),
            _stored_effects(records),
            _effects(answers.effects),
            _effect_words,
        ),
        (DRAWING, _("Tracé"), _line(site.trace or site.geom), _line(answers.drawing), _line_words),
        (DETOUR, _("Tracé de la déviation"), _line(site.trace_deviation), _line(answers.detour), _line_words),
    )
    return [
        RelatedChange(name, title, before, after, words(before), words(after))
        for name, title, before, after, words in parts
        if before != after
    ]


def write_related(*, scope: Scope, instance: Any, related: Sequence[RelatedChange], **_signal: Any) -> None:
    """Write what was proposed with a site, in the transaction that accepts it.

    Raises:
        StaleFeature: phases, effects or a drawing are not what they were when it was proposed.
    """
    if not isinstance(instance, RoadWorks) or not related:
        return
    records = read_site(scope, instance.pk)
    before = records.site
    changes = {each.name: each for each in related}
    present = {
        PHASES: _stored_phases(records),
        EFFECTS: _stored_effects(records),
        DRAWING: _line(before.trace or before.geom),
        DETOUR: _line(before.trace_deviation),
    }
    stale = [each.title for name, each in changes.items() if present.get(name, each.before) != each.before]
    if stale:
        raise StaleFeature(
            _("Depuis la proposition, l’objet %(id)d a changé : %(fields)s.")
            % {"id": instance.pk, "fields": ", ".join(stale)}
        )
    lines = {name: _read_line(changes[name].after) for name in (DRAWING, DETOUR) if name in changes}
    for name, line in lines.items():
        setattr(instance, name, line)
    if lines:
        instance.save(update_fields=list(lines))
    drawing = lines.get(DRAWING)
    if isinstance(drawing, MultiLineString) and drawing:
        store_sections(instance, place(scope.visitor, drawing))
    phases = {phase.numero: phase for phase in records.phases}
    if PHASES in changes:
        phases = store_phases(scope, instance, [_columns(each) for each in changes[PHASES].after])
    if EFFECTS in changes:
        answers = [EffectAnswer(*each) for each in changes[EFFECTS].after]
        store_effects(scope, instance, answers, phases)
    update_sites(instant=timezone.now(), sites=[instance.pk])


def _stored_phases(records: SiteRecords) -> list[dict[str, Any]]:
    return _phases([{name: getattr(phase, name) for name in _COLUMNS} for phase in records.phases])


def _phases(phases: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return the columns of phases as JSON holds them."""
    return [{name: _plain(phase.get(name)) for name in _COLUMNS} for phase in phases]


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date | dt.time) else value


def _columns(phase: Mapping[str, Any]) -> dict[str, Any]:
    """Return the columns of a phase that was proposed."""
    times = {name: dt.time.fromisoformat(phase[name]) if phase[name] else None for name in _TIMES}
    return {**phase, **{name: dt.date.fromisoformat(phase[name]) for name in _DATES}, **times}


def _stored_effects(records: SiteRecords) -> list[list[Any]]:
    numbers = {phase.pk: phase.numero for phase in records.phases}
    return _effects(
        EffectAnswer(each.mode, each.impact, each.sens, numbers.get(each.phase_id))
        for each in records.effects
    )


def _effects(effects: Iterable[EffectAnswer]) -> list[list[Any]]:
    listed = [[each.mode, each.impact, each.sens, each.phase] for each in effects]
    return sorted(listed, key=lambda each: (each[3] or 0, each[0], each[2]))


def _line(line: GEOSGeometry | None) -> Any:
    return json.loads(line.geojson)["coordinates"] if line else None


def _read_line(coordinates: Any) -> GEOSGeometry | None:
    if not coordinates:
        return None
    geometry = GEOSGeometry(json.dumps({"type": "MultiLineString", "coordinates": coordinates}), srid=4326)
    assert isinstance(geometry, MultiLineString)
    return geometry


def _phase_words(phases: Sequence[Mapping[str, Any]]) -> str:
    return " ; ".join(_one_phase(_columns(phase)) for phase in phases)


def _one_phase(phase: Mapping[str, Any]) -> str:
    first, last = (date_format(phase[name], "SHORT_DATE_FORMAT") for name in _DATES)
    dates = _("du %(first)s au %(last)s") % {"first": first, "last": last}
    if phase["heure_debut"] is None:
        return dates
    start, end = (time_format(phase[name], "H:i") for name in _TIMES)
    hours = _("de %(start)s à %(end)s") % {"start": start, "end": end}
    return _("%(dates)s, %(hours)s") % {"dates": dates, "hours": hours}


def _effect_words(effects: Sequence[Sequence[Any]]) -> str:
    return " ; ".join(_one_effect(*effect) for effect in effects)


def _one_effect(mode: str, impact: str, _direction: str, phase: int | None) -> str:
    words = _("%(title)s : %(text)s") % {"title": Mode(mode).label, "text": Impact(impact).label}
    return words if phase is None else f"{words} ({_('Phase %d') % phase})"


def _line_words(coordinates: Any) -> str:
    count = sum(len(line) for line in coordinates or ())
    return _("%d points") % count if count else ""
