"""No feature is deleted before the rows that belong to it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from datasets.relations.queries import children_by_layer
from interface.wording import number
from layers import access
from layers.access import Scope
from layers.errors import Forbidden, ReferencedFeature


def refuse_parents(*, scope: Scope, features: Iterable[Any], **_signal: object) -> None:
    """Refuse that features are deleted while rows of datasets belong to them (``layers.services.features``).

    Rows that the visitor does not read are named nowhere.

    Raises:
        ReferencedFeature: rows that the visitor reads belong to one of them.
        Forbidden: other rows do.
    """
    counts = children_by_layer(scope.definition, features)
    if not counts:
        return
    visible = access.scopes_by_slug(scope.visitor, list(counts))
    if not visible:
        raise Forbidden(_("Vos droits ne permettent pas cette action sur cet objet."))
    slug, child = next(iter(visible.items()))
    count = counts[slug] if child.has_every_row else 0
    if not count:
        raise ReferencedFeature(
            _("Des lignes de « %s » lui appartiennent : supprimez-les d’abord.") % child.layer.title
        )
    raise ReferencedFeature(
        ngettext(
            "%(count)s ligne de « %(title)s » lui appartient : supprimez-la d’abord.",
            "%(count)s lignes de « %(title)s » lui appartiennent : supprimez-les d’abord.",
            count,
        )
        % {"count": number(count), "title": child.layer.title}
    )
