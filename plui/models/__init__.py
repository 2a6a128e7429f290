"""Tables of the PLUi: the document, its zones and its prescriptions, under the CNIG names in lower case."""

from plui.models.document import DocUrba, DocUrbaCom
from plui.models.prescription import Prescription, PrescriptionLin, PrescriptionPct, PrescriptionSurf
from plui.models.zone import ZoneUrba

__all__ = [
    "DocUrba",
    "DocUrbaCom",
    "Prescription",
    "PrescriptionLin",
    "PrescriptionPct",
    "PrescriptionSurf",
    "ZoneUrba",
]
