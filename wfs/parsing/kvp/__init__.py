"""Requests in an address or a form: keys and values."""

from wfs.parsing.kvp.parameters import Parameters
from wfs.parsing.kvp.requests import kvp_version, parse_kvp

__all__ = ["Parameters", "kvp_version", "parse_kvp"]
