"""Travel times and paths on the real streets, behind one small protocol (`Engine`)."""

from geo.routing.building import activate, build, prepare
from geo.routing.dataset import DatasetVersion
from geo.routing.errors import (
    BuildFailed,
    InvalidExtract,
    InvalidPoints,
    NoPath,
    RoutingDataMissing,
    RoutingDataUnreadable,
    RoutingError,
    TooFarFromStreet,
)
from geo.routing.opening import open_engine
from geo.routing.protocol import MAX_SNAP_M, Engine, Mode, PathLeg, StreetPath

__all__ = [
    "MAX_SNAP_M",
    "BuildFailed",
    "DatasetVersion",
    "Engine",
    "InvalidExtract",
    "InvalidPoints",
    "Mode",
    "NoPath",
    "PathLeg",
    "RoutingDataMissing",
    "RoutingDataUnreadable",
    "RoutingError",
    "StreetPath",
    "TooFarFromStreet",
    "activate",
    "build",
    "open_engine",
    "prepare",
]
