"""Requests in an address or a form: keys and values."""

from wfs.parsing.kvp.dispatch import kvp_version, parse_kvp
from wfs.parsing.kvp.parameters import Parameters

__all__ = ["Parameters", "kvp_version", "parse_kvp"]
