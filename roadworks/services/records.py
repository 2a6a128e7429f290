"""Write the phases and the effects of a site: those that are the same stay the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from layers.access import Scope
from layers.queries import related_rows
from roadworks.models import Effect, Phase, RoadWorks
from roadworks.services.effects import EffectAnswer


def rows_of(scope: Scope, name: str, site: RoadWorks) -> Any:
    """Select the records of a relation of a site."""
    return related_rows(scope, scope.definition.relation(name), [site.pk])


def store_phases(scope: Scope, site: RoadWorks, answers: Sequence[Mapping[str, Any]]) -> dict[int, Phase]:
    """Write the phases by their number, so that those that stay are the same rows; return them by number."""
    stored = {phase.numero: phase for phase in rows_of(scope, "phases", site)}
    phases = {}
    for number, values in enumerate(answers, 1):
        phase = stored.pop(number, None) or Phase(chantier=site, numero=number)
        before = {name: getattr(phase, name) for name in values}
        for name, value in values.items():
            setattr(phase, name, value)
        if phase.pk is None or before != dict(values):
            phase.full_clean(exclude=["chantier"])
            phase.save()
        phases[number] = phase
    for phase in stored.values():
        phase.delete()
    return phases


def store_effects(
    scope: Scope, site: RoadWorks, answers: Sequence[EffectAnswer], phases: Mapping[int, Phase]
) -> None:
    """Write the effects; those that are the same stay as they are."""
    expected = {
        (
            phases[it.phase].pk if it.phase is not None and it.phase in phases else None,
            it.mode,
            it.sens,
        ): it.impact
        for it in answers
    }
    for effect in rows_of(scope, "effets", site):
        if expected.get((effect.phase_id, effect.mode, effect.sens)) == effect.impact:
            del expected[effect.phase_id, effect.mode, effect.sens]
        else:
            effect.delete()
    for (phase, mode, direction), impact in expected.items():
        Effect(chantier=site, phase_id=phase, mode=mode, sens=direction, impact=impact).save()
