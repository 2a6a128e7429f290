"""Sites as GeoJSON (RFC 7946) under the published names of the layer, with their phases and effects."""

from __future__ import annotations

from typing import Any

from roadworks.feeds.forms import FeedForm, compact_json
from roadworks.feeds.sites import Site, SitePhase


def geojson() -> FeedForm:
    """Return a FeatureCollection; instants have the offset of Paris, hours are those of its clocks."""
    return FeedForm(
        ("geojson",),
        '{"type":"FeatureCollection","features":[',
        lambda site: compact_json(feature(site)),
        "]}",
        ",",
    )


def feature(site: Site) -> dict[str, Any]:
    """Return a site as a feature, whose identifier is that of the layer."""
    return {
        "type": "Feature",
        "id": site.pk,
        "geometry": {
            "type": "MultiLineString",
            "coordinates": [[list(position) for position in line] for line in site.lines],
        },
        "properties": {
            "identifiant": site.identifier,
            "objet": site.title,
            "description": site.description,
            "voie": site.street,
            "nature": site.nature,
            "maitre_ouvrage": site.owner,
            "entreprise": site.company,
            "deviation": site.detour,
            "date_debut": site.first_day,
            "date_fin": site.last_day,
            **site.values,
            "debut": site.hull.start,
            "fin": site.hull.end,
            "modifie_le": site.changed_at,
            "phases": [_phase(phase) for phase in site.phases],
            "effets": [
                {
                    "phase": effect.phase,
                    "mode": effect.mode.value,
                    "effet": effect.impact.value,
                    "sens": effect.direction.value,
                }
                for effect in site.effects
            ],
        },
    }


def _phase(phase: SitePhase) -> dict[str, Any]:
    rule, hull = phase.rule, phase.rule.hull
    assert hull is not None  # a phase in which nobody works is not in the site
    return {
        "numero": phase.number,
        "titre": phase.title,
        "date_debut": rule.first,
        "date_fin": rule.last,
        "heure_debut": rule.opens,
        "heure_fin": rule.closes,
        "jours": sorted(rule.days),
        "sauf_jours": rule.holidays,
        "debut": hull.start,
        "fin": hull.end,
    }
