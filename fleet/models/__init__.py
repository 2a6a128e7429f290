"""Tables of the fleet."""

from fleet.models.reading import Reading
from fleet.models.rules import CritAirRule, EmissionFactor, EnergyLabel, RenewalQuota
from fleet.models.vehicle import Vehicle

__all__ = ["CritAirRule", "EmissionFactor", "EnergyLabel", "Reading", "RenewalQuota", "Vehicle"]
