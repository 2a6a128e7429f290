"""What leaves of road works: everybody's sites in the formats of maps, navigation services, calendars and readers."""
