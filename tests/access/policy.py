"""The access policy as its file says it, and which of its rows have no page yet: read by the tests alone."""

import csv
from functools import cache
from pathlib import Path

from accounts.roles import Role

POLICY_FILE = Path(__file__).with_name("access.csv")
VISITOR = "anonymous"
# Break-glass does not exist yet: its cells are refused.
REFUSED = frozenset("-B")


@cache
def read_policy(path: Path = POLICY_FILE) -> dict[str, dict[str, str]]:
    """The letter of each cell, by row and by role; a visitor is ``anonymous``."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    return {row["what"]: {role: row[role] for role in (VISITOR, *Role)} for row in rows}


def letter_of(row: str, role: Role | None) -> str:
    """The letter of a cell; what stands for break-glass is refused."""
    letter = read_policy()[row][VISITOR if role is None else role]
    return "-" if letter in REFUSED else letter


ISSUE_5 = "issue 5, sectors"
ISSUE_6 = "issue 6, reports and the daily watch"
NEVER = "refused to every role: nothing of the site may do it; tried in SQL where a table exists"
BREAK_GLASS = "break-glass, refused to all until it exists"
# Every row that has no page yet, with what will bring it. A row of the file that is neither here nor probed fails.
NOT_BUILT = {
    **dict.fromkeys(
        (
            "report.attachment",
            "report.author_identity",
            "report.export",
            "report.unmask_author",
        ),
        ISSUE_6,
    ),
    **dict.fromkeys(
        ("account.grant_role", "account.reset_mfa", "keys.destroy_bucket", "keys.rotate"), BREAK_GLASS
    ),
    **dict.fromkeys(
        (
            "audit.delete",
            "audit.update",
            "audit.write",
            "import.raw_file",
            "keys.material",
            "passage.delete",
            "passage.gps_track",
        ),
        NEVER,
    ),
    "retention.change_durations": BREAK_GLASS,
}
# A cell that is open and that no page serves yet: what is seen may be less than the policy grants, and never more.
NOT_SHOWN_YET = {
    "sector.name": "names of sectors for visitors and on pages of their own: " + ISSUE_5,
}
