"""Reference data of the territory, in the columns of their producers: addresses, parcels, roads, easements."""
