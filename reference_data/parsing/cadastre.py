"""Parcels of Etalab’s cadastre: GeoJSON of a commune or a department (``cadastre-92048-parcelles.json.gz``)."""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from layers.parsing import cells
from layers.parsing.official_files import FileColumn, required
from reference_data.parsing.layouts import Fault, Layout, Values, identifier, integer

IDU_PATTERN = r"[0-9AB]{5}[0-9]{3}[0-9A-Z]{2}[0-9]{4}"
_LARGEST = 2_000_000_000  # square metres


def _communes(values: Values) -> frozenset[str]:
    return frozenset([values["commune"]])


def _check(values: Values) -> Fault | None:
    """Refuse an identifier that is not made of the other columns."""
    parts = (values["commune"], values["prefixe"], values["section"].zfill(2), values["numero"].zfill(4))
    if values["id"] != "".join(parts):
        return "id", _("%s attendu d’après commune, prefixe, section et numero") % "".join(parts)
    return None


PARCELS = Layout(
    name="Cadastre Etalab, parcelles",
    columns={
        "id": required(identifier(IDU_PATTERN, gettext_noop("identifiant de quatorze caractères attendu"))),
        "commune": required(cells.code_insee),
        "prefixe": required(identifier(r"\d{3}", gettext_noop("préfixe de trois chiffres attendu"))),
        "section": required(
            identifier("[0-9A-Z]{1,2}", gettext_noop("section d’un ou deux caractères attendue"))
        ),
        "numero": required(identifier(r"\d{1,4}", gettext_noop("numéro d’un à quatre chiffres attendu"))),
        "contenance": FileColumn(integer(_LARGEST), empty=None),
        "arpente": FileColumn(cells.boolean, empty=None),
        "created": FileColumn(cells.date, empty=None),
        "updated": FileColumn(cells.date, empty=None),
    },
    key="id",
    parts=_communes,
    renamed={"id": "idu", "commune": "code_insee"},
    geometry="MultiPolygon",
    check=_check,
)
