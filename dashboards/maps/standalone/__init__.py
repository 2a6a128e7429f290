"""A map as one file: Leaflet, the data and the words inlined, no outside request, read under its asker's rights."""
