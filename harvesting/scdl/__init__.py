"""The catalogue as a file of the common local schemas (SCDL), for local authorities' catalogues."""
