"""How each tool connects to the portal or to a layer: pages with the real addresses."""
