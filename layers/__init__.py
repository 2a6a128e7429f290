"""The kernel: what a layer is, who sees it, how it is asked and rendered.

No page and no protocol lives here. A protocol parses a request into a ``FeatureQuery``, asks ``layers.access`` for the
``Scope`` of its visitor, joins both in a ``Selection`` and hands that to a renderer of ``layers.formats``.
"""
