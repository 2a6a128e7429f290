"""XML from strangers: read once, within bounds, into plain elements."""

from layers.parsing.xml.elements import Element
from layers.parsing.xml.reader import MAX_BYTES, parse_xml

__all__ = ["MAX_BYTES", "Element", "parse_xml"]
