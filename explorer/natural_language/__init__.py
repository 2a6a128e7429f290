"""Questions typed in French: words become parameters of the map, read once over tokens and the words of layers."""
