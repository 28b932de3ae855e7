"""Exit with 0 when tests failed last time, and each of them drives a browser; with 1 otherwise."""

import json
import sys
from pathlib import Path

LAST_FAILED = Path(".pytest_cache/v/cache/lastfailed")
BROWSER_TESTS = "tests/e2e/"


def main() -> None:
    failed = json.loads(LAST_FAILED.read_text(encoding="utf-8")) if LAST_FAILED.is_file() else {}
    sys.exit(not failed or not all(name.startswith(BROWSER_TESTS) for name in failed))


if __name__ == "__main__":
    main()
