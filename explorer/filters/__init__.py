"""The filters of a layer on the map: the form, its counts, the conditions in words."""
