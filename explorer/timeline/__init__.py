"""The bar of time under the map: when the features of a layer are, and its versions."""
