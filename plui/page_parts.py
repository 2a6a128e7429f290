"""The plan in time, and ways to its documents, on pages of other applications: a setting names these functions."""

from __future__ import annotations

from typing import Any

from interface.page_parts import FeatureSubject, PagePart
from layers.access import Scope
from layers.definitions import LayerDefinition
from layers.visitor import Visitor
from plui.catalogue import INFORMATIONS_SURF, LAYERS, ZONES
from plui.dated.presenters import in_force_words
from plui.dated.queries import annulled_documents, annulments_of_feature, procedures
from plui.loading.queries import piece_addresses, piece_of

_SLUGS = frozenset(definition.slug for definition in LAYERS)


def plan_of_map(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the choice of a day for the panel of the map; ``subject`` is what the map shows.

    Without a day it reads the database only where a layer of plans is on.
    """
    results: list[Any] = list(getattr(subject, "everything", ()))
    dated = [result for result in results if result.scope.definition.dated]
    if not dated:
        return None
    day, query = visitor.plan.day if visitor.plan else None, getattr(subject, "query", None)
    first = next((result.scope.slug for result in dated if result.is_on), "")
    is_on = any(result.is_on for result in dated)
    annulled = annulled_documents(visitor) if is_on else []
    context = {
        "day": day,
        "query": query,
        "comparison": query.link_before_today(first) if day and query and first else "",
        "procedures": in_force_words(procedures(visitor), day) if day else (),
        "annulled": annulled,
        "perimeters": _link_to_layer(INFORMATIONS_SURF, query, results) if annulled else "",
        "zones": "" if is_on or day is None else _link_to_layer(ZONES, query, results),
    }
    return PagePart("plui/dated/map_panel.html", context)


def _link_to_layer(layer: LayerDefinition, query: Any, results: list[Any]) -> str:
    """Return the address of the map with a layer of plans; empty where it is on, or is not theirs."""
    own = next((result for result in results if result.scope.slug == layer.slug), None)
    if query is None or own is None or own.is_on:
        return ""
    return str(query.with_layers([layer.slug, *query.layers]).link)


def plan_of_catalogue(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return what a court annulled of the documents whose layers the catalogue lists."""
    annulled = annulled_documents(visitor)
    return PagePart("plui/dated/notice.html", {"annulled": annulled}) if annulled else None


def plan_of_layer(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the day of the plan that the page of a layer shows, and what a court annulled of its documents."""
    if not isinstance(subject, Scope) or subject.definition.dated is None:
        return None
    return _notice(visitor)


def documents_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the documents, and for who loads the layer to the versions."""
    if not isinstance(subject, Scope) or subject.slug not in _SLUGS or not subject.has_every_row:
        return None
    return PagePart("plui/versions/layer_link.html", {"can_load": subject.can_load})


def plan_of_feature(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the day of the plan that the page of a feature shows."""
    if not isinstance(subject, FeatureSubject) or subject.scope.definition.dated is None or not visitor.plan:
        return None
    return PagePart("plui/dated/notice.html", {"day": visitor.plan.day})


def annulment_of_feature(visitor: Visitor, subject: object) -> PagePart | None:
    """Return what a court annulled over a feature of a plan, and of its documents."""
    if not isinstance(subject, FeatureSubject) or subject.scope.definition.dated is None:
        return None
    annulled = annulled_documents(visitor)
    if not annulled:
        return None
    annulments = annulments_of_feature(visitor, subject.scope, subject.pk)
    pieces = piece_addresses((each.idurba, each.nomfic) for each in annulments)
    here = [(each.title, each.urlfic or pieces.get((each.idurba, each.nomfic), "")) for each in annulments]
    return PagePart("plui/dated/notice.html", {"annulled": annulled, "here": here})


def piece_of_feature(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the written piece that a feature of a plan names (NOMFIC, URLFIC), at its page."""
    if not isinstance(subject, FeatureSubject) or subject.scope.definition.dated is None:
        return None
    piece = piece_of(subject.scope, subject.pk)
    return PagePart("plui/dated/piece_link.html", {"piece": piece}) if piece else None


def day_of_place(visitor: Visitor, _subject: object) -> PagePart | None:
    """Return the day of the plan that the sheet of a place is about."""
    return PagePart("plui/dated/notice.html", {"day": visitor.plan.day}) if visitor.plan else None


def _notice(visitor: Visitor) -> PagePart | None:
    day, annulled = visitor.plan.day if visitor.plan else None, annulled_documents(visitor)
    if day is None and not annulled:
        return None
    return PagePart("plui/dated/notice.html", {"day": day, "annulled": annulled})
