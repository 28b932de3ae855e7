"""What the figures of a benchmark depend on: the machine, its load, and the versions."""

import os
import platform
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path


def describe_machine(packages: Iterable[str]) -> str:
    """Return the lines that stand above a table of figures."""
    versions = ", ".join(f"{package} {version(package)}" for package in packages)
    return (
        f"Machine: {_processor()}, {os.cpu_count()} cores, Linux {platform.release()}; "
        f"load when it began: {os.getloadavg()[0]:.1f}.\n"
        f"Versions: Python {platform.python_version()}, {versions}."
    )


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(": ")[2] for line in lines if line.startswith("model name")), platform.machine())
