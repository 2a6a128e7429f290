"""KML, GPX and GML through GDAL, once the whole document is known to be well formed, without entities.

GDAL silently reads what comes before an error; entities and document types serve attacks only.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO
from xml.sax import SAXParseException
from xml.sax.handler import ContentHandler

from defusedxml.common import DefusedXmlException
from defusedxml.sax import make_parser
from django.utils.translation import gettext as _

from datasets.errors import UnreadableFile, UnsafeFile
from datasets.readers.partial_answers import gml_total, note_partial
from datasets.readers.source import ReadOptions
from datasets.readers.vectors import VectorSource
from layers.parsing.gdal import pyogrio

_FIELD_TYPES = "GML_FIELDTYPES"


class XmlSource(VectorSource):
    """A vector format in XML."""

    def __init__(self, files: list[Path], kind: str, name: str, options: ReadOptions) -> None:
        with files[0].open("rb") as file:
            check_well_formed(file)
        with _fields_as_texts():
            super().__init__(files, kind, name, options)

    @contextmanager
    def _open(self) -> Iterator[tuple[dict[str, Any], Any]]:
        with _fields_as_texts(), super()._open() as opened:
            yield opened

    def check_count(self, count: int) -> None:
        """Say when the file is a page of a longer answer."""
        if self.format == "gml":
            note_partial(self, count, gml_total(self._path))


@contextmanager
def _fields_as_texts() -> Iterator[None]:
    """Stop GDAL from guessing the types of a GML without schema: it makes 1 of the code 01, 1 March of 30 February."""
    pyogrio.set_gdal_config_options({_FIELD_TYPES: "ALWAYS_STRING"})
    try:
        yield
    finally:
        pyogrio.set_gdal_config_options({_FIELD_TYPES: None})


def check_well_formed(file: BinaryIO) -> None:
    """Raise ``UnreadableFile`` with the line of the first fault, ``UnsafeFile`` when a document type is declared."""
    parser = make_parser()
    parser.forbid_dtd = True
    parser.setContentHandler(ContentHandler())
    try:
        parser.parse(file)
    except DefusedXmlException as error:
        raise UnsafeFile(
            _("Ce fichier XML déclare un type de document ou des entités : il n’est pas lu.")
        ) from error
    except SAXParseException as error:
        line = error.getLineNumber() or 0
        raise UnreadableFile(_("Ligne %d : le XML est incorrect ou incomplet.") % line, line=line) from error
