"""What the free text of a report may not carry: found, explained, and kept nowhere.

Pure: text in, findings out. The word lists and patterns are the files of `data/`, which say where they come from.
"""

from reports.guard.findings import MAX_CHARACTERS, Finding, Kind
from reports.guard.reading import check

__all__ = ["MAX_CHARACTERS", "Finding", "Kind", "check"]
