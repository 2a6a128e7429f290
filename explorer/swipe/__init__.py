"""The divider of the map: layers, periods and versions compared from one side to the other."""
