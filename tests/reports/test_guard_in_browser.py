"""The guard of the browser, run by node from the built script, beside the server's."""

import json
import subprocess
import sys
from itertools import accumulate
from pathlib import Path

import pytest

from benchmarks.guard import PARTS, sentences
from reports.guard import MAX_CHARACTERS, check

GUARD = Path(__file__).parents[2] / "frontend" / "dist" / "guard.js"
READ_ALL = """
const { check } = await import(process.argv[1]);
let typed = "";
for await (const chunk of process.stdin.setEncoding("utf8")) typed += chunk;
console.log(JSON.stringify(JSON.parse(typed).map(check)));
"""
HOSTILE = (
    "",
    "\x00\x1b\u202e\u200b\ufeff",
    "😡🅰🇫🇷 con\u200bnard 👨‍👩‍👧 06 12 34 56 78 𝐚𝐫𝐚𝐛𝐞",
    "İıſΣς ﬁlſ de pute Ⅻ ½ ㎏",
    "a " * 250,
    "@" * MAX_CHARACTERS,
    "😡" * MAX_CHARACTERS,
    "😡" * (MAX_CHARACTERS + 1),
    "06 12 34 56 78 " * 70_000,
)

type Found = tuple[int, int, str, str, str]


def found_by_the_browser(texts: list[str]) -> list[list[Found]]:
    if not GUARD.is_file():
        pytest.fail("frontend/dist is missing: run `npm ci && npm run build` in frontend/, or script/test")
    node = Path(sys.executable).with_name("node")
    ran = subprocess.run(
        [node, "--input-type=module", "-e", READ_ALL, GUARD.as_uri()],
        input=json.dumps(texts),
        capture_output=True,
        encoding="utf-8",
        check=True,
    )
    keys = ("start", "end", "kind", "why", "instead")
    return [[tuple(finding[key] for key in keys) for finding in found] for found in json.loads(ran.stdout)]


def found_by_the_server(text: str) -> list[Found]:
    """Return what the server finds, placed as a text field counts: in UTF-16 units."""
    units = [0, *accumulate(2 if ord(character) > 0xFFFF else 1 for character in text)]
    return [(units[found.start], units[found.end], found.kind, found.why, found.instead) for found in check(text)]


def test_browser_and_server_find_the_same():
    texts = [sentence.text for part in PARTS for sentence in sentences(part)] + list(HOSTILE)

    for text, found in zip(texts, found_by_the_browser(texts), strict=True):
        assert (text[:MAX_CHARACTERS], found) == (text[:MAX_CHARACTERS], found_by_the_server(text))


def test_a_finding_of_the_browser_selects_the_words_in_a_text_field():
    ((found,),) = found_by_the_browser(["😡 quel connard"])

    assert found[:3] == (8, 15, "insult")
    assert found[3:] == (check("connard")[0].why, check("connard")[0].instead)
