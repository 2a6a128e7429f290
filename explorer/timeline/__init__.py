"""The bar of time under the map: when the features of a layer are, its versions, and what the divider compares."""
