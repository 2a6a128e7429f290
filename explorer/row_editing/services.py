"""Write the rows of the page, and remember the writes of a session so that they can be undone."""

from __future__ import annotations

from collections.abc import Callable, Collection, MutableMapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar

import pghistory
from django.utils import timezone
from django.utils.translation import gettext as _

from explorer.editing.services import changed_values
from explorer.row_editing.forms import RowForm
from interface.titles import feature_title
from layers.access import Scope
from layers.errors import Forbidden, InvalidFeature, StaleFeature, UnknownFeature
from layers.parsing.feature import FeatureInput
from layers.queries.row_versions import VersionedRow
from layers.services.features import (
    all_or_nothing,
    create_feature,
    update_feature,
    writable_columns,
)
from layers.services.undoing import UndoneWrite, undo_write

# The writes of each session that can be undone, latest last.
SESSION_KEY, MAX_REMEMBERED = "row-edits", 50
Done = TypeVar("Done")
Session = MutableMapping[str, Any]


@dataclass(frozen=True, slots=True)
class Write:
    """A write of this session: ``context`` names its events, ``words`` say what it did, ``at`` when (HH:MM)."""

    layer: str
    context: str
    words: str
    at: str


def recorded(session: Session, scope: Scope, words: str, action: Callable[[], Done]) -> Done:
    """Run a write, and remember it among those of the session."""
    with pghistory.context() as context:
        done = action()
    at = timezone.localtime().strftime("%H:%M")
    write = Write(scope.slug, str(context.id), words, at)
    session[SESSION_KEY] = [*session.get(SESSION_KEY, []), asdict(write)][-MAX_REMEMBERED:]
    return done


def last_write(session: Session, scope: Scope) -> Write | None:
    """Return the last write of the session to a layer that was not undone."""
    own = [each for each in session.get(SESSION_KEY, []) if each["layer"] == scope.slug]
    return Write(**own[-1]) if own else None


def undo_last(session: Session, scope: Scope) -> tuple[Write, UndoneWrite]:
    """Undo the last write of the session to a layer, and forget it, also where it is refused for good.

    Raises:
        UnknownFeature: there is none.
        StaleFeature, Forbidden, InvalidFeature: as ``layers.services.undoing.undo_write``.
    """
    write = last_write(session, scope)
    if write is None:
        raise UnknownFeature(_("Vous n’avez rien changé ici depuis votre connexion."), parameter="id")
    try:
        undone = undo_write(scope=scope, context=write.context)
    except (StaleFeature, UnknownFeature):
        _forget(session, write)
        raise
    _forget(session, write)
    return write, undone


def _forget(session: Session, write: Write) -> None:
    session[SESSION_KEY] = [each for each in session[SESSION_KEY] if each["context"] != write.context]


def save_row(*, session: Session, scope: Scope, versioned: VersionedRow, form: RowForm) -> bool | None:
    """Write what a valid form changes of a row; return whether anything did, or None with the reason in the form.

    Raises:
        StaleFeature: the row changed since the form was made.
        UnknownFeature, Forbidden: as ``layers.services.features.update_feature``.
    """
    _before, after = changed_values(writable_columns(scope), versioned.row, form.values)
    geometry = form.geometry
    if geometry is not None and geometry.equals_exact(versioned.row.geom):
        geometry = None
    if not after and geometry is None:
        return False
    titles = [str(form.fields[name].label) for name in after] + ([] if geometry is None else [_("Position")])
    parts = {"title": feature_title(scope, versioned.row), "fields": ", ".join(titles)}
    draft = FeatureInput(values=after, geometry=geometry)
    pk, expected = versioned.row.pk, form.expected
    try:
        recorded(
            session,
            scope,
            _("%(title)s : %(fields)s") % parts,
            lambda: update_feature(scope=scope, pk=pk, draft=draft, expected=expected),
        )
    except InvalidFeature as error:
        form.refuse(error)
        return None
    return True


def add_row(*, session: Session, scope: Scope, form: RowForm) -> int | None:
    """Create a row from a valid form; return its id, or None with the reason in the form.

    Raises:
        Forbidden: outside the rows that the visitor may add.
    """
    values = {name: value for name, value in form.values.items() if value not in (None, "")}
    draft = FeatureInput(values=values, geometry=form.geometry)
    words = _("Ajout d’une ligne")
    try:
        return recorded(session, scope, words, lambda: create_feature(scope=scope, draft=draft)).pk
    except InvalidFeature as error:
        form.refuse(error)
        return None


def change_rows(*, scope: Scope, pks: Collection[int], name: str, value: Any) -> None:
    """Write one value in a field of several rows, in one transaction.

    Raises:
        InvalidFeature, Forbidden: naming the first row that refuses it; nothing is written.
    """
    draft = FeatureInput(values={name: value})
    with all_or_nothing():
        for pk in pks:
            try:
                update_feature(scope=scope, pk=pk, draft=draft, expected=None)
            except InvalidFeature as error:
                raise InvalidFeature(
                    _("Objet %(id)s : %(reason)s") % {"id": pk, "reason": error.detail}, parameter=name
                ) from None
            except Forbidden as error:
                raise Forbidden(_("Objet %(id)s : %(reason)s") % {"id": pk, "reason": error.detail}) from None
