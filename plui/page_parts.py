"""The plan in time on pages of other applications: a setting names these functions, no module imports them."""

from __future__ import annotations

from typing import Any

from interface.page_parts import FeatureSubject, PagePart
from layers.access import Scope
from layers.visitor import Visitor
from plui.dated.presenters import in_force_words
from plui.dated.queries import annulled_documents, procedures


def plan_of_map(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the choice of a day for the panel of the map; ``subject`` is what the map shows.

    Without a day it reads the database only where a layer of plans is on.
    """
    results: list[Any] = list(getattr(subject, "everything", ()))
    dated = [result for result in results if result.scope.definition.dated]
    if not dated:
        return None
    day = visitor.plan.day if visitor.plan else None
    context = {
        "day": day,
        "query": getattr(subject, "query", None),
        "procedures": in_force_words(procedures(visitor), day) if day else (),
        "annulled": annulled_documents(visitor) if any(result.is_on for result in dated) else (),
    }
    return PagePart("plui/dated/map_panel.html", context)


def plan_of_layer(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the day of the plan that the page of a layer shows, and what a court annulled of its documents."""
    if not isinstance(subject, Scope) or subject.definition.dated is None:
        return None
    return _notice(visitor)


def plan_of_feature(visitor: Visitor, subject: object) -> PagePart | None:
    """Return the same for the page of a feature."""
    if not isinstance(subject, FeatureSubject) or subject.scope.definition.dated is None:
        return None
    return _notice(visitor)


def _notice(visitor: Visitor) -> PagePart | None:
    day, annulled = visitor.plan.day if visitor.plan else None, annulled_documents(visitor)
    if day is None and not annulled:
        return None
    return PagePart("plui/dated/notice.html", {"day": day, "annulled": annulled})
