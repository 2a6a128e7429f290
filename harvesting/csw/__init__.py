"""CSW 2.0.2 (OGC 07-006r1) with the queryables of its ISO profile (OGC 07-045): public records, whoever asks.

A request is read by ``parsing`` from an address or from XML into a value of ``requests``, answered by ``operations``
from ``metadata.records``, and written by ``formats``.
"""
