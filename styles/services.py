"""Writing the style of a layer: its draft, its publication, versions that are brought back.

What is drawn is ``Layer.style``; each publication keeps it as a version too, in the same transaction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone
from django.utils.translation import gettext as _

from layers.access import Scope, reads_style
from layers.errors import InvalidStyle, StaleStyle, UnknownStyleVersion
from layers.models import Layer, StyleVersion
from layers.models.catalogue import STYLE_NOTE_MAX
from layers.styles.definitions import Style
from layers.styles.documents import read_style, write_style
from layers.vocabulary import StyleState
from styles.pictures import pictogram

# Sent with ``version``, ``before`` (the number of the version that it replaces), in the transaction.
style_published = Signal()


def changes(scope: Scope, style: Style) -> dict[str, Any]:
    """Return the document of a style: its differences from the definition's, whose titles stay translated."""
    coded = write_style(scope.definition.style)
    return {name: value for name, value in write_style(style).items() if value != coded[name]}


def style_of(scope: Scope, document: Mapping[str, Any]) -> Style:
    """Return the style that a document makes of that of the definition.

    Raises:
        InvalidStyle: it cannot be drawn, or names a pictogram that there is not, or a field that the layer does not
            have or the visitor does not read.
    """
    try:
        style = read_style(scope.definition.style, document)
    except ValueError as error:
        raise InvalidStyle(_("Style refusé : %s") % error, parameter="document") from None
    unknown = [name for name in style.fields if name not in scope.filterable]
    if unknown:
        raise InvalidStyle(_("La couche n’a pas de champ « %s ».") % unknown[0], parameter="field")
    missing = [name for name in style.icons if pictogram(name) is None]
    if missing:
        raise InvalidStyle(_("Il n’y a pas de pictogramme « %s ».") % missing[0], parameter="icon")
    return style


def draft_style(scope: Scope, draft: StyleVersion) -> Style:
    """Return the style of a draft, whoever began it.

    Raises:
        InvalidStyle: it cannot be drawn, or shows what the visitor does not read, which is not named.
    """
    if not is_readable(scope, draft):
        raise InvalidStyle(
            _(
                "Ce brouillon montre un champ que vous ne lisez pas : qui lit tous ses champs peut le reprendre."
            ),
            parameter="draft",
        )
    return style_of(scope, draft.document)


def mark(draft: StyleVersion | None) -> str:
    """Return the revision of a draft, which a change names as its base; empty without a draft."""
    return f"{draft.number}.{draft.revision}" if draft else ""


def draft_of(layer: Layer) -> StyleVersion | None:
    """Return the draft of a layer's style, if there is one."""
    return layer.style_versions.filter(state=StyleState.DRAFT).select_related("base", "author").first()


@transaction.atomic
def save_draft(*, scope: Scope, style: Style, expected: str) -> StyleVersion:
    """Write the draft, the one that is there or a new one; the map shows nothing of it.

    Raises:
        StaleStyle: somebody wrote it since ``expected``.
    """
    layer, draft = _locked(scope, expected)
    document = changes(scope, style)
    if draft is None:
        return _new_version(scope, document, base=_present(layer))
    if draft.document != document:
        draft.document, draft.author_id = document, scope.visitor.user_id
        draft.revision += 1
        draft.save(update_fields=["document", "author", "revision", "updated_at"])
    return draft


@transaction.atomic
def publish_style(*, scope: Scope, expected: str, note: str = "", is_over: bool = False) -> StyleVersion:
    """Publish the draft: readers of the layer see it from now on.

    ``is_over`` publishes a draft that was begun before another version was published.

    Raises:
        StaleStyle: there is no draft, somebody wrote it since ``expected``, or what it starts from was replaced.
        InvalidStyle: it names what is not there any more.
    """
    layer, draft = _locked(scope, expected)
    if draft is None:
        raise StaleStyle(_("Il n’y a pas de brouillon à publier."), parameter="mark")
    draft_style(scope, draft)
    present = _present(layer)
    if draft.base_id != present.pk and not is_over:
        raise StaleStyle(
            _("La version %d a été publiée depuis que ce brouillon est commencé : relisez-la, puis publiez.")
            % present.number,
            parameter="base",
        )
    present.state = StyleState.REPLACED
    present.save(update_fields=["state"])
    draft.state, draft.published_at = StyleState.PUBLISHED, timezone.now()
    draft.note = note[:STYLE_NOTE_MAX] or draft.note
    draft.save(update_fields=["state", "published_at", "note"])
    layer.style = draft.document
    layer.save(update_fields=["style", "updated_at"])
    style_published.send(sender=StyleVersion, version=draft, before=present.number)
    return draft


@transaction.atomic
def restore_style(*, scope: Scope, number: int, expected: str) -> StyleVersion:
    """Bring a version back as a new draft; a draft that was there stays among the versions.

    Raises:
        UnknownStyleVersion: there is none of this number that the visitor reads whole.
        StaleStyle, InvalidStyle: as ``publish_style``.
    """
    layer, draft = _locked(scope, expected)
    version = version_of(scope, number)
    style_of(scope, version.document)
    _set_aside(draft)
    note = _("Reprise de la version %d") % number
    return _new_version(scope, version.document, base=_present(layer), note=note)


@transaction.atomic
def withdraw_style(*, scope: Scope, number: int) -> None:
    """Take a published version off the map: the layer is drawn as before it, else as its definition says.

    Nothing when another version is published.
    """
    layer = Layer.objects.select_for_update(of=["self"]).get(pk=scope.layer.pk)
    version = layer.style_versions.filter(number=number, state=StyleState.PUBLISHED).select_related("base")
    present = version.first()
    if present is None:
        return
    present.state = StyleState.REPLACED
    present.save(update_fields=["state"])
    if present.base is not None:
        present.base.state = StyleState.PUBLISHED
        present.base.save(update_fields=["state"])
    layer.style = present.base.document if present.base is not None else {}
    layer.save(update_fields=["style", "updated_at"])


@transaction.atomic
def discard_draft(*, scope: Scope, expected: str) -> None:
    """Set the draft aside among the versions: the studio opens the published style again.

    Raises:
        StaleStyle: somebody wrote it since ``expected``.
    """
    _layer, draft = _locked(scope, expected)
    _set_aside(draft)


def version_of(scope: Scope, number: int) -> StyleVersion:
    """Return a version of a layer's style whose every field the visitor reads.

    Raises:
        UnknownStyleVersion: there is none.
    """
    version = scope.layer.style_versions.filter(number=number).select_related("author", "base").first()
    if version is None or not is_readable(scope, version):
        raise UnknownStyleVersion(
            _("Le style de cette couche n’a pas de version %d.") % number, parameter="version"
        )
    return version


def is_readable(scope: Scope, version: StyleVersion) -> bool:
    """Whether the visitor of a scope reads every field that a version shows."""
    try:
        return reads_style(scope, read_style(scope.definition.style, version.document))
    except ValueError:
        return True  # it cannot be drawn any more: ``style_of`` says why


def _locked(scope: Scope, expected: str) -> tuple[Layer, StyleVersion | None]:
    """Return the row of the layer, held until the end of the transaction, and the draft as it was read.

    Raises:
        StaleStyle: somebody wrote the draft since.
    """
    layer = Layer.objects.select_for_update(of=["self"]).get(pk=scope.layer.pk)
    draft = draft_of(layer)
    if mark(draft) != expected:
        raise StaleStyle(
            _(
                "Quelqu’un a changé ce brouillon depuis que vous l’avez ouvert : "
                "rechargez la page, puis reprenez votre changement."
            ),
            parameter="mark",
        )
    return layer, draft


def _present(layer: Layer) -> StyleVersion:
    """Return the published version; a style without one is first stored as one."""
    version = layer.style_versions.filter(state=StyleState.PUBLISHED).first()
    if version is not None and version.document == layer.style:
        return version
    if version is not None:
        version.state = StyleState.REPLACED
        version.save(update_fields=["state"])
    return StyleVersion.objects.create(
        layer=layer,
        number=_next_number(layer),
        document=layer.style,
        state=StyleState.PUBLISHED,
        note=_("Style en place, écrit hors de l’atelier"),
        published_at=layer.updated_at,
    )


def _new_version(
    scope: Scope, document: Mapping[str, Any], *, base: StyleVersion, note: str = ""
) -> StyleVersion:
    return StyleVersion.objects.create(
        layer=scope.layer,
        number=_next_number(scope.layer),
        document=document,
        base=base,
        author_id=scope.visitor.user_id,
        note=note,
    )


def _next_number(layer: Layer) -> int:
    last = layer.style_versions.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _set_aside(draft: StyleVersion | None) -> None:
    if draft is not None:
        draft.state = StyleState.REPLACED
        draft.save(update_fields=["state", "updated_at"])
