"""The place that a tool is about: an address, a parcel, a point, an outline or a feature, as on the sheet."""
