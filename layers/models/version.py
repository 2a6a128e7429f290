"""``data_version``: a number per table that changes with every write, whoever writes.

It is the key of every ETag and cache. The trigger is statement-level and takes part in the writer's transaction: nobody
reads a new number before the rows that made it. The instant of the last write is kept beside: a deletion or a truncate
is a change too, and leaves no row to tell when.
"""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.utils.translation import gettext_lazy as _


class DataVersion(models.Model):
    """How many statements have written to a table, and when the last one did.

    A table never written to has no row: its version is 0. ``changed_at`` is None for a table that was not written to
    since the portal keeps it, and whose rows do not tell.
    """

    table = models.CharField(_("table"), max_length=63, primary_key=True)
    version = models.BigIntegerField(_("version"), default=0)
    changed_at = models.DateTimeField(_("dernière écriture"), null=True, editable=False)

    class Meta:
        verbose_name = _("version des données")
        verbose_name_plural = _("versions des données")

    def __str__(self) -> str:
        return f"{self.table} {self.version}"


# The function is created by migrations (0001, 0003) so that tables loaded by plain SQL share it.
BUMP_VERSION = pgtrigger.Trigger(
    name="data_version",
    level=pgtrigger.Statement,
    when=pgtrigger.After,
    operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete | pgtrigger.Truncate,
    func="PERFORM layers_bump_version(TG_TABLE_NAME); RETURN NULL;",
)


class VersionedModel(models.Model):
    """A table whose writes are counted."""

    class Meta:
        abstract = True
        triggers = [BUMP_VERSION]
