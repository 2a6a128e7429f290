"""What a dashboard shows, as a document: parsed from YAML or JSON, checked, resolved for a visitor, written back."""

from dashboards.documents.includes import resolve, stored_document
from dashboards.documents.parsing import document_of, parse_document, parse_source
from dashboards.documents.schema import build_schema
from dashboards.documents.writing import document_values, document_yaml, version_values

__all__ = [
    "build_schema",
    "document_of",
    "document_values",
    "document_yaml",
    "parse_document",
    "parse_source",
    "resolve",
    "stored_document",
    "version_values",
]
