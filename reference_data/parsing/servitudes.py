"""Perimeters of public easements: the table ``<CAT>_ASSIETTE_SUP_S`` of a package of the CNIG standard SUP."""

from __future__ import annotations

from django.utils.translation import gettext_noop

from layers.parsing import cells
from layers.parsing.cells import folded
from layers.parsing.official_files import FileColumn, required
from reference_data.parsing.layouts import Layout, Values, identifier, integer
from reference_data.vocabulary import PerimeterMethod

SUFFIX = "_assiette_sup_s"

_METHODS = cells.one_of(PerimeterMethod.values)


def _method(text: str) -> object:
    """Read MODEGEOASS, in the words of the first revisions too."""
    return PerimeterMethod.EGALE.value if folded(text) == "egal au generateur" else _METHODS(text)


def category(idass: str) -> str:
    """Return the category of an easement by the identifier of a perimeter: ``AC1-200057974-12-1-1``."""
    return idass.partition("-")[0].upper()


def _categories(values: Values) -> frozenset[str]:
    return frozenset([category(values["idass"])])


PERIMETERS = Layout(
    name="CNIG SUP, assiettes",
    columns={
        "idass": required(
            identifier(r"[A-Za-z0-9]{1,10}-\S{1,49}", gettext_noop("identifiant attendu : AC1-…"))
        ),
        "idgen": required(cells.text_of(60)),
        "nomass": required(cells.text_of(160)),
        "typeass": required(cells.text_of(80)),
        "modegeoass": required(_method),
        "paramcalc": FileColumn(integer(100_000), empty=None),
        "srcgeoass": FileColumn(cells.text_of(80)),
        "datesrcass": FileColumn(identifier(r"\d{8}", gettext_noop("date attendue : AAAAMMJJ"))),
    },
    key="idass",
    parts=_categories,
    has_communes=False,
    geometry="MultiPolygon",
)
