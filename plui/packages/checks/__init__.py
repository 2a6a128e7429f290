"""The checks of a package, in the order of the national validator, then ours. Each returns findings."""

from __future__ import annotations

from collections.abc import Sequence

from plui.packages.checks.documents import check_documents
from plui.packages.checks.files import check_files
from plui.packages.checks.geometries import check_geometries
from plui.packages.checks.metadata import check_metadata
from plui.packages.checks.rows import check_rows
from plui.packages.checks.tables import check_tables
from plui.packages.checks.topology import check_topology
from plui.packages.content import Commune, Package, PackageFile
from plui.packages.findings import Finding, ordered
from plui.packages.metadata_records import MetadataRecord


def check_package(
    package: Package,
    *,
    record: MetadataRecord | None,
    communes: Sequence[Commune],
    unreadable: Sequence[PackageFile] = (),
) -> list[Finding]:
    """Return everything that is wrong with a package, the most serious first.

    ``communes`` are those that the portal knows, in EPSG:2154. ``unreadable`` are the tables that cannot be read.
    Texts of the tables are Latin-1, a character a byte: they are decoded here, once their encoding is known.
    """
    findings = check_files(package)
    findings += check_metadata(package, record)
    findings += check_tables(package, charset=record.charset if record else "", unreadable=unreadable)
    findings += check_rows(package)
    findings += check_geometries(package)
    findings += check_documents(package, communes)
    findings += check_topology(package, communes)
    return ordered(findings)
