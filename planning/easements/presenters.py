"""What ``import_sup`` prints of a load, and the words of an act."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.translation import gettext as _

from planning.easements.services import PackageLoad

_MAX_PROBLEMS = 50


def load_lines(load: PackageLoad) -> Iterable[str]:
    """Yield the report of the load of a package: what it is, its tables, what was refused, what to know."""
    yield _("%(folder)s : servitudes %(category)s, gestionnaire %(authority)s, maillage %(area)s.") % {
        "folder": load.folder,
        "category": load.name.category,
        "authority": load.name.idgest,
        "area": load.name.area,
    }
    for table, count in load.counts.items():
        if count.created or count.updated or count.unchanged or count.removed:
            text = _("%(text)s, %(removed)d retirés.") % {"text": count.sentence, "removed": count.removed}
            yield "  " + _("%(title)s : %(text)s") % {"title": table, "text": text}
    yield "  " + _("Actes PDF enregistrés : %d.") % load.acts_stored
    for table, problem in load.problems[:_MAX_PROBLEMS]:
        sentence = _("%(title)s : %(text)s") % {"title": table, "text": problem.sentence}
        yield "  " + _("Refusé — %s") % sentence
    if len(load.problems) > _MAX_PROBLEMS:
        yield "  " + _("… et %d autres refus.") % (len(load.problems) - _MAX_PROBLEMS)
    for notice in load.notices:
        yield "  " + notice
