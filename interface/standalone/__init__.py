"""A map as one file: Leaflet, the data and the words inlined, no outside request; and the same as a picture."""
