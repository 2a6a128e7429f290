"""The versions served, and which of them a request is of."""

from wfs.versions.definitions import (
    V1_0_0,
    V1_1_0,
    V2_0_0,
    VERSIONS,
    FesVersion,
    GmlVersion,
    SrsForm,
    Version,
)
from wfs.versions.output_formats import GML_FORMATS, OutputFormat, OutputKind

__all__ = [
    "GML_FORMATS",
    "V1_0_0",
    "V1_1_0",
    "V2_0_0",
    "VERSIONS",
    "FesVersion",
    "GmlVersion",
    "OutputFormat",
    "OutputKind",
    "SrsForm",
    "Version",
]
