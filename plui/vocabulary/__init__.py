"""Code lists and patterns of the CNIG PLU standard (v2024 rev. 2025-06): documents, zones, prescriptions.

Codes and labels are the standard's own words: labels are not translated and not reworded.
"""

from plui.vocabulary.documents import (
    C8_PATTERN,
    IDURBA_PATTERN,
    NOMPROC_PATTERN,
    SIREN_PATTERN,
    UNKNOWN_DATE,
    Etat,
    TypeDoc,
    TypeRef,
    TypeZone,
)
from plui.vocabulary.prescriptions import PRESCRIPTIONS, SYMBOLE_PATTERN, label_of

__all__ = [
    "C8_PATTERN",
    "IDURBA_PATTERN",
    "NOMPROC_PATTERN",
    "PRESCRIPTIONS",
    "SIREN_PATTERN",
    "SYMBOLE_PATTERN",
    "UNKNOWN_DATE",
    "Etat",
    "TypeDoc",
    "TypeRef",
    "TypeZone",
    "label_of",
]
