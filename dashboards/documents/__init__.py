"""What a dashboard shows, as a document: parsed from YAML or JSON, checked, resolved for a visitor, written back."""

from dashboards.documents.includes import resolve, stored_document
from dashboards.documents.parsing import document_of, parse_document, parse_source
from dashboards.documents.schema import build_schema
from dashboards.documents.writing import content_of, document_values, document_yaml

__all__ = [
    "build_schema",
    "content_of",
    "document_of",
    "document_values",
    "document_yaml",
    "parse_document",
    "parse_source",
    "resolve",
    "stored_document",
]
