"""The map as a file: one HTML file that works alone, or a drawing in SVG."""
