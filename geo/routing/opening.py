"""Engines opened once a process, and opened anew when the data in service have changed."""

import threading
from pathlib import Path

from geo.routing.dataset import current_version
from geo.routing.engine import OsrmEngine
from geo.routing.errors import RoutingDataMissing, RoutingDataUnreadable
from geo.routing.protocol import Engine, Mode

# Between reading the link and reading the files, a build may have replaced one and removed the other.
OPENING_ATTEMPTS = 3

_opened: dict[tuple[Path, Mode], OsrmEngine] = {}
_opening = threading.Lock()


def open_engine(directory: Path, mode: Mode) -> Engine:
    """Return the engine of a mode on the data now in service.

    Cheap to call for every request: an engine is loaded once for each version, and the previous one is freed
    when its last user drops it.

    Raises
    ------
    RoutingDataMissing
        Nothing was built in `directory`, or not for this mode.
    RoutingDataUnreadable
        The files are damaged or were built by another version of OSRM.
    """
    key = (directory.resolve(), mode)
    with _opening:
        for attempt in range(1, OPENING_ATTEMPTS + 1):
            version = current_version(key[0])
            if version is None or mode not in version.modes:
                continue
            engine = _opened.get(key)
            if engine is not None and engine.version == version.name:
                return engine
            try:
                _opened[key] = OsrmEngine(version, mode)
            except RoutingDataUnreadable:
                if attempt == OPENING_ATTEMPTS:
                    raise
                continue
            return _opened[key]
    _opened.pop(key, None)
    raise RoutingDataMissing(directory, mode.label)
