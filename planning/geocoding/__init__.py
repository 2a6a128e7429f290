"""Reading a place as people write it: parcels, coordinates, postal addresses. No network, no geocoder of others."""
