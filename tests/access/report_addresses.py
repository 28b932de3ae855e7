"""The addresses of reports with the rows of the policy that they serve; a part of ``addresses``."""

from tests.access.address import Free, Own, Ruled

REPORT_FACT = ("report.category", "report.sector", "report.status", "report.time_rounded_1h")
REPORT = (*REPORT_FACT, "report.exact_point", "report.original_text", "report.relayed_text")
OF_A_REPORT = ("mine", "withdraw", "received", "relay", "answer", "reject")

REPORT_ADDRESSES: dict[str, Ruled | Own | Free] = {
    "reports:own": Ruled(rows=(*REPORT_FACT, "report.author_pseudonym"), letters="O"),
    "reports:mine": Ruled(rows=REPORT, letters="O"),
    "reports:withdraw": Ruled(rows=("report.delete",), letters="O"),
    "reports:tell": Ruled(rows=("report.create",), letters="O"),
    "reports:enter": Ruled(rows=("report.create",), letters="S"),
    "reports:inbox": Ruled(rows=REPORT_FACT, letters="S"),
    "reports:received": Ruled(rows=(*REPORT, "report.author_pseudonym"), letters="S"),
    **{
        f"reports:{name}": Ruled(rows=(f"report.{row}", *REPORT, "report.author_pseudonym"), letters="S")
        for name, row in (("relay", "relay"), ("answer", "relay"), ("reject", "reject"))
    },
    "reports:emergency": Free(why="whom to call, before anything is told; it says nothing of who reads it"),
    "reports:worker": Free(why="the script that keeps it"),
}
