"""The word lists and patterns of `data/`."""

import json
from functools import cache
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"


@cache
def read_json(name: str) -> dict[str, Any]:
    """Return a file of patterns or settings."""
    content: dict[str, Any] = json.loads((DATA / f"{name}.json").read_text(encoding="utf-8"))
    return content


@cache
def read_lines(name: str) -> tuple[str, ...]:
    """Return the lines of a word list, its heading of sources left out."""
    lines = (DATA / "words" / f"{name}.txt").read_text(encoding="utf-8").splitlines()
    return tuple(line for line in lines if line and not line.startswith("#"))
