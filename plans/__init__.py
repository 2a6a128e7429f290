"""Plans with targets: axes, actions, indicators, their measures and the trajectory that each is held to."""
