"""Who is asked for the way to a feature, when a person presses the link: nothing is asked before."""

from gisportal.settings import environment as env

# In order: ``geo`` is the map application of a phone; the first of the others serves where there is none.
PORTAL_DIRECTIONS = env.choices("PORTAL_DIRECTIONS", ("geo", "osm", "apple", "google"), "geo,osm")
