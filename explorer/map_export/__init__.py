"""A map taken away: one HTML file that works alone, or a drawing in SVG."""
