"""The form of a feature in the administration: it leaves the feature in rows that its author may change."""

from __future__ import annotations

from typing import ClassVar

from layers.access import Scope
from layers.errors import Forbidden, InvalidFeature
from layers.forms.offered import OfferedFieldsForm
from layers.services.features import check_row


class ScopedForm(OfferedFieldsForm):
    """A feature, tried in the database before it is saved: its commune, so its place in the rows, comes from there."""

    scope: ClassVar[Scope]  # of the visitor: set on the class that the administration makes for a request

    def _post_clean(self) -> None:
        super()._post_clean()  # type: ignore[misc]  # a step of Django's that its stubs leave out
        if self.errors:
            return
        try:
            check_row(self.scope, self.instance)
        except (Forbidden, InvalidFeature) as error:
            changed = self.changed_data
            self.add_error(changed[0] if len(changed) == 1 else None, error.detail)
