"""Which sites may show open maps and public dashboards."""

from gisportal.settings import environment as env

# Origins, as CSP ``frame-ancestors`` writes them (``https://www.ville.fr``); empty: none, ``*``: any.
PORTAL_EMBED_SITES = env.words("PORTAL_EMBED_SITES")
