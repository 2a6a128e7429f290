"""Write the rows of the page, and remember the writes of a session so that they can be undone."""

from __future__ import annotations

from collections.abc import MutableMapping
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.utils import timezone
from django.utils.translation import gettext as _

from explorer.editing.services import changed_values
from explorer.row_editing.forms import RowForm
from interface.titles import feature_title
from layers.access import Scope
from layers.errors import InvalidFeature, StaleFeature, UnknownFeature
from layers.parsing.feature import FeatureInput
from layers.queries.row_versions import VersionedRow
from layers.services.features import WrittenFeature, create_feature, update_feature, writable_columns
from layers.services.restoration import Restored, undo_change

# The writes of each session that can be undone, latest last.
SESSION_KEY, UNDONE_KEY, MAX_REMEMBERED = "row-edits", "row-edits-undone", 50
Session = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Write:
    """A write of this session: ``change`` is its id, ``words`` say what it did, ``at`` when (HH:MM)."""

    layer: str
    change: str
    words: str
    at: str


def remember(session: Session, scope: Scope, words: str, change: UUID | None) -> None:
    """Remember a write among those of the session, so that it can be undone."""
    if change is not None:
        write = Write(scope.slug, str(change), words, timezone.localtime().strftime("%H:%M"))
        session[SESSION_KEY] = [*session.get(SESSION_KEY, []), asdict(write)][-MAX_REMEMBERED:]


def last_write(session: Session, scope: Scope) -> Write | None:
    """Return the last write of the session to a layer that was not undone."""
    own = [each for each in session.get(SESSION_KEY, []) if each["layer"] == scope.slug]
    return Write(**own[-1]) if own else None


def undo_last(session: Session, scope: Scope) -> tuple[Write, Restored]:
    """Undo the last write of the session to a layer, and forget it, also where it is refused for good.

    Raises:
        UnknownFeature: there is none.
        StaleFeature, Forbidden, InvalidFeature: as ``layers.services.restoration.undo_change``.
    """
    write = last_write(session, scope)
    if write is None:
        raise UnknownFeature(_("Vous n’avez rien changé ici depuis votre connexion."), parameter="id")
    undone = session.get(UNDONE_KEY, [])
    try:
        restored = undo_change(scope=scope, change=UUID(write.change), undone=list(map(UUID, undone)))
    except (StaleFeature, UnknownFeature):
        _forget(session, write)
        raise
    _forget(session, write)
    session[UNDONE_KEY] = [*undone, write.change, str(restored.change)][-2 * MAX_REMEMBERED :]
    return write, restored


def _forget(session: Session, write: Write) -> None:
    session[SESSION_KEY] = [each for each in session[SESSION_KEY] if each["change"] != write.change]


def save_row(
    *, session: Session, scope: Scope, versioned: VersionedRow, form: RowForm
) -> WrittenFeature | None:
    """Write what a valid form changes of a row; return what was written, or None with the reason in the form.

    Its ``change`` is None where nothing changed. A change that waits to be approved is not among those to undo.

    Raises:
        StaleFeature: the row changed since the form was made.
        UnknownFeature, Forbidden: as ``layers.services.features.update_feature``.
    """
    _before, after = changed_values(writable_columns(scope), versioned.row, form.values)
    geometry = form.geometry
    if geometry is not None and geometry.equals_exact(versioned.row.geom):
        geometry = None
    if not after and geometry is None:
        return WrittenFeature(versioned.row.pk)
    titles = [str(form.fields[name].label) for name in after] + ([] if geometry is None else [_("Position")])
    parts = {"title": feature_title(scope, versioned.row), "fields": ", ".join(titles)}
    draft = FeatureInput(values=after, geometry=geometry)
    try:
        written = update_feature(scope=scope, pk=versioned.row.pk, draft=draft, expected=form.expected)
    except InvalidFeature as error:
        form.refuse(error)
        return None
    if not written.is_proposed:
        remember(session, scope, _("%(title)s : %(fields)s") % parts, written.change)
    return written


def add_row(*, session: Session, scope: Scope, form: RowForm) -> int | None:
    """Create a row from a valid form; return its id, or None with the reason in the form.

    Raises:
        Forbidden: outside the rows that the visitor may add.
    """
    values = {name: value for name, value in form.values.items() if value not in (None, "")}
    draft = FeatureInput(values=values, geometry=form.geometry)
    try:
        written = create_feature(scope=scope, draft=draft)
    except InvalidFeature as error:
        form.refuse(error)
        return None
    remember(session, scope, _("Ajout d’une ligne"), written.change)
    return written.pk
