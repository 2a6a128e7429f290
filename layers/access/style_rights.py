"""The right to change the style of a layer: of those who change its row of the catalogue or publish all its rows.

Every reader of the layer sees its style: it is changed from the portal of the whole territory alone, and by visitors
who read each field that it shows. What they do not read would be lost, or disclosed.
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from layers.access.layer_scopes import Scope
from layers.access.rights import has_permission, rights
from layers.access.scopes import scope
from layers.errors import Forbidden, UnknownLayer
from layers.styles.definitions import Style
from layers.styles.documents import read_style
from layers.visitor import Visitor

CHANGE_LAYER = "layers.change_layer"


def may_style(scope: Scope) -> bool:
    """Whether the visitor of a scope may change the style of its layer: by the catalogue form, or by publishing.

    The rights come from the scope; only the Django permission is queried.
    """
    return scope.can_publish or (scope.can_load and has_permission(scope.visitor, CHANGE_LAYER))


def styled_scope(visitor: Visitor, slug: str) -> Scope:
    """Return the scope of a layer whose style the visitor may change.

    Raises:
        UnknownLayer: no such layer, it is hidden from the visitor, or it has no geometry to draw.
        Forbidden: the visitor sees the layer and may not change its style, or its style shows what they do not read.
    """
    match = scope(visitor, slug)
    if not match.definition.geometry.is_located:
        raise UnknownLayer(slug)
    if not may_style(match):
        obstacle = rights(visitor, match.layer).obstacle
        raise Forbidden(
            obstacle
            or _(
                "Changer le style de cette couche revient à qui la publie, ou en modifie la fiche du catalogue."
            )
        )
    if not reads_style(match, written_style(match)):
        raise Forbidden(
            _("Ce style montre un champ que vous ne lisez pas : qui lit tous ses champs peut le changer.")
        )
    return match


def written_style(scope: Scope) -> Style:
    """Return the published style, that of the definition where its document is invalid."""
    try:
        return read_style(scope.definition.style, scope.layer.style)
    except ValueError:
        return scope.definition.style


def reads_style(scope: Scope, style: Style) -> bool:
    """Whether the visitor of a scope reads every field that a style shows and the layer has."""
    hidden = set(scope.definition.by_name) - set(scope.filterable)
    return not hidden & set(style.fields)
