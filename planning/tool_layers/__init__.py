"""The layers that the tools of planners read for a role, such as buildings or the right of pre-emption."""
