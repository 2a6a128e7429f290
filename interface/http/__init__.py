"""HTTP shared by the protocols: media types, links, resources with a JSON form and a page."""
