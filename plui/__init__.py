"""The intermunicipal plan (PLUi): documents, zones and prescriptions of the CNIG standard."""
