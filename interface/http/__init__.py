"""What protocols share of HTTP: media types, links, resources with a JSON form and a page."""
