"""What is wrong with a package: codes of the national validator, ours for what it does not check, and their levels.

Codes without prefix, ``METADATA_*`` and ``CNIG_*`` are those of IGNF/validator (``error-code.json``, version of May
2026). Codes that begin by ``PORTAL_`` are ours.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any, Self

GeoJson = Mapping[str, Any]


class Level(StrEnum):
    """How serious a finding is; an error makes a package unacceptable to the national portal."""

    ERROR = "ERROR"
    WARNING = "WARNING"
    INFO = "INFO"


_WARNINGS = frozenset(
    {
        "FILE_MISPLACED", "FILE_UNEXPECTED", "TABLE_UNEXPECTED_ATTRIBUTE", "TABLE_UNEXPECTED_ENCODING",
        "VALIDATOR_PROJECTION_LATLON", "CNIG_FILE_EXTENSION_INVALID", "CNIG_PRESCRIPTION_NOT_FOUND",
        "CNIG_TABLE_MISSING_PRESENCE_OPTIONAL_ATTRIBUTE", "CNIG_IDURBA_MULTIPLE_FOUND",
        "CNIG_DOC_URBA_COM_UNEXPECTED_SIZE", "CNIG_GEOMETRY_COMPLEXITY_WARNING",
        "CNIG_GEOMETRY_OUTSIDE_DOCUMENT_EMPRISE_ERROR", "METADATA_IDENTIFIER_NOT_FOUND",
        "CNIG_METADATA_REFERENCESYSTEMIDENTIFIER_CODE_NOT_FOUND", "CNIG_METADATA_KEYWORD_NOT_FOUND",
        "PORTAL_ARCHIVE_NAME", "PORTAL_FILE_NAME", "PORTAL_CHARACTERS", "PORTAL_CRS", "PORTAL_MULTIPART",
        "PORTAL_ZONE_OVERLAP", "PORTAL_ZONE_GAP", "PORTAL_COMMUNE_UNCOVERED", "PORTAL_PRESCRIPTION_OUTSIDE",
        "PORTAL_DATVALID_AFTER_DATAPPRO", "PORTAL_SEVERAL_PROCEDURES", "PORTAL_DATAPPRO", "PORTAL_DAY",
        "PORTAL_FILE_EMPTY", "PORTAL_FILE_LARGE", "PORTAL_COMMUNE_UNKNOWN", "PORTAL_PIECE_REFUSED",
    }
)  # fmt: skip
_INFOS = frozenset({"VALIDATOR_PROJECTION_INFO", "PORTAL_MODEL", "PORTAL_MORE", "PORTAL_PIECE_CLEANED"})

PORTAL_PREFIX = "PORTAL_"


def level_of(code: str) -> Level:
    """Return the level of a code; an error unless the tables say otherwise."""
    if code in _INFOS:
        return Level.INFO
    return Level.WARNING if code in _WARNINGS else Level.ERROR


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding. ``file`` is a path in the package, ``row`` is 1-based, 0 when the whole file is concerned.

    ``size`` is an area in m², a length in m for lines, 0 without a measure; ``geometry`` is GeoJSON in EPSG:4326.
    """

    code: str
    message: str
    file: str = ""
    row: int = 0
    attribute: str = ""
    value: str = ""
    size: float = 0.0
    geometry: GeoJson | None = None

    @property
    def level(self) -> Level:
        """How serious it is."""
        return level_of(self.code)

    @property
    def is_national(self) -> bool:
        """Whether the national validator has this code."""
        return not self.code.startswith(PORTAL_PREFIX)

    def to_json(self) -> dict[str, Any]:
        """Return the finding as JSON can hold it."""
        return asdict(self)

    @classmethod
    def from_json(cls, document: Mapping[str, Any]) -> Self:
        """Read a finding that a child wrote.

        Raises:
            KeyError, TypeError, ValueError: it is none.
        """
        texts = {name: document[name] for name in ("code", "message", "file", "attribute", "value")}
        if not all(isinstance(text, str) for text in texts.values()):
            raise TypeError("not a text")
        geometry = document["geometry"]
        if not (geometry is None or isinstance(geometry, dict)):
            raise TypeError("not a geometry")
        return cls(**texts, row=int(document["row"]), size=float(document["size"]), geometry=geometry)


_ORDER = {level: rank for rank, level in enumerate(Level)}


def ordered(findings: Iterable[Finding]) -> list[Finding]:
    """Return findings by level, national codes first, the largest first, then by file and row."""
    return sorted(
        findings,
        key=lambda finding: (
            _ORDER[finding.level],
            not finding.is_national,
            -finding.size,
            finding.file,
            finding.row,
            finding.code,
            finding.attribute,
        ),
    )
