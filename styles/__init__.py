"""A layer's style as other tools read it: colours of a theme, pictures, MapLibre, QML of QGIS, SLD."""
