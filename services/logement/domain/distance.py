"""How far a home is from a placement, said honestly as an estimate."""

from dataclasses import dataclass
from math import asin, cos, radians, sin, sqrt

EARTH_RADIUS_KM = 6371.0


@dataclass(frozen=True, slots=True)
class Position:
    """A point in WGS-84 decimal degrees."""

    lat: float
    lon: float


def great_circle_km(one: Position, other: Position) -> float:
    """Distance as the crow flies, in kilometres (haversine)."""
    lat1, lat2 = radians(one.lat), radians(other.lat)
    half_lat, half_lon = (lat2 - lat1) / 2, radians(other.lon - one.lon) / 2
    chord = sin(half_lat) ** 2 + cos(lat1) * cos(lat2) * sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_KM * asin(sqrt(min(1.0, chord)))


def road_estimate_km(one: Position, other: Position, factor: float) -> float:
    """What the road probably is, in kilometres: the great circle times `factor`."""
    return great_circle_km(one, other) * factor
