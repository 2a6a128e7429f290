"""Where addresses are looked up: a service that speaks like the Base Adresse Nationale, asked by the server alone."""

from gisportal.settings import environment as env

# Empty: no address is looked up and no page speaks of it.
PORTAL_GEOCODER_URL = env.web_address("PORTAL_GEOCODER_URL")
GEOCODER_TIMEOUT_S = 3.0
