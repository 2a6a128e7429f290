"""Catalogues that other catalogues read: DCAT, CSW, OGC API Records, SCDL, feeds, and who harvested what."""
