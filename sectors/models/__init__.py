"""The scheme's sectors: their perimeters in time."""

from sectors.models.perimeters import Perimeter, PerimeterQuerySet, Sector

__all__ = ["Perimeter", "PerimeterQuerySet", "Sector"]
