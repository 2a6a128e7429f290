"""Parts about road works for pages of other applications: a setting names these functions, no module imports them."""

from __future__ import annotations

from collections.abc import Iterable

from interface.page_parts import FeatureSubject, PagePart
from layers.access import Scope
from layers.services.features import is_addable
from layers.visitor import Visitor
from roadworks.models import RoadWorks


def tools_of_layer(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the ways to the pages of road works, for the page of their layer."""
    if not isinstance(subject, Scope) or subject.definition.model is not RoadWorks:
        return None
    return PagePart("roadworks/layer_tools.html", {"may_declare": is_addable(subject)})


def nearby_of_home(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the works near a place, for the home page; ``subject`` is the entries of its catalogue."""
    scopes = (getattr(entry, "scope", None) for entry in subject) if isinstance(subject, Iterable) else ()
    is_open = any(
        isinstance(scope, Scope) and scope.definition.model is RoadWorks and scope.is_open for scope in scopes
    )
    if not is_open:
        return None
    return PagePart("roadworks/home_link.html")


def site_of_feature(_visitor: Visitor, subject: object) -> PagePart | None:
    """Return the way to the sheet of a site, for the page of its row."""
    if not isinstance(subject, FeatureSubject) or subject.scope.definition.model is not RoadWorks:
        return None
    return PagePart("roadworks/feature_link.html", {"pk": subject.pk})
