"""The benchmark: the portal against its own floor, the bare SQL, as ratios measured in one run.

``./portal bench`` runs it. It has a database of its own, beside the portal's, and starts its own server.
"""
