"""The kernel: definitions of layers, access, queries and renderers.

It has no page and no protocol. A protocol parses a request into a ``FeatureQuery``, gets the ``Scope`` of its visitor
from ``layers.access``, joins both in a ``Selection`` and passes it to a renderer of ``layers.formats``.
"""
