"""Pages for people: home, catalogue, layers, sheets, map. They serve any layer and know no domain."""
