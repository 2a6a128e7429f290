"""Problems that people report about a feature."""
