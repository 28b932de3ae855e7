"""What the free text of a report may not carry: found, explained, and kept nowhere.

Pure: text in, findings out. The browser has its twin, file for file, in `frontend/src/guard`, with the same lists.
"""

from reports.guard.findings import MAX_CHARACTERS, Finding, Kind
from reports.guard.reading import check

__all__ = ["MAX_CHARACTERS", "Finding", "Kind", "check"]
