"""What is tried a second time: failures of browser tests, when nothing else failed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "script" / "steps" / "failed_in_browser.py"
IN_BROWSER, ELSEWHERE = "tests/e2e/test_desk.py::test_it", "tests/geo/test_grid.py::test_it"


@pytest.mark.parametrize(
    ("failed", "is_tried_again"),
    [
        ([IN_BROWSER], True),
        ([IN_BROWSER, ELSEWHERE], False),
        ([ELSEWHERE], False),
        ([], False),
        (None, False),
    ],
)
def test_only_failures_in_browsers_are_tried_again(tmp_path: Path, failed, is_tried_again):
    if failed is not None:
        cache = tmp_path / ".pytest_cache" / "v" / "cache"
        cache.mkdir(parents=True)
        (cache / "lastfailed").write_text(json.dumps(dict.fromkeys(failed, True)))

    ended = subprocess.run([sys.executable, SCRIPT], cwd=tmp_path, check=False)

    assert (ended.returncode == 0) is is_tried_again
