"""Tables of the fleet."""

from fleet.models.reading import VehicleReading
from fleet.models.rules import CritAirRule, EmissionFactor, EnergyLabel, RenewalQuota
from fleet.models.vehicle import Vehicle

__all__ = ["CritAirRule", "EmissionFactor", "EnergyLabel", "RenewalQuota", "Vehicle", "VehicleReading"]
