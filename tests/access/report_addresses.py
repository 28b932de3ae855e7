"""The addresses of reports with the rows of the policy that they serve; a part of ``addresses``."""

from tests.access.address import Free, Own, Ruled

REPORT_FACT = ("report.category", "report.sector", "report.status", "report.time_rounded_1h")
REPORT = (*REPORT_FACT, "report.exact_point", "report.original_text", "report.relayed_text")
CASE = (*REPORT_FACT, "report.exact_point", "report.relayed_text")
TRIAGE = ("take", "categorise", "reply", "wish_patrol", "close")
OF_A_REPORT = ("received", "relay", "answer", "reject")
OF_A_CASE = ("case", *TRIAGE, "dismiss")

REPORT_ADDRESSES: dict[str, Ruled | Own | Free] = {
    "reports:own": Ruled(rows=(*REPORT_FACT, "report.author_pseudonym"), letters="O"),
    "reports:mine": Ruled(rows=REPORT, letters="O"),
    "reports:withdraw": Ruled(rows=("report.delete", *REPORT_FACT), letters="O"),
    "reports:tell": Ruled(rows=("report.create",), letters="O"),
    "reports:enter": Ruled(rows=("report.create",), letters="S"),
    "reports:pseudonyms": Ruled(rows=("report.author_pseudonym",), letters="P"),
    "reports:inbox": Ruled(rows=REPORT_FACT, letters="S"),
    "reports:received": Ruled(rows=(*REPORT, "report.author_pseudonym"), letters="S"),
    **{
        f"reports:{name}": Ruled(rows=(f"report.{row}", *REPORT, "report.author_pseudonym"), letters="S")
        for name, row in (("relay", "relay"), ("answer", "relay"), ("reject", "reject"))
    },
    **dict.fromkeys(
        ("maps:reports", "maps:reports_map"), Ruled(rows=(*REPORT_FACT, "report.exact_point"), letters="C")
    ),
    **dict.fromkeys(("reports:case", "maps:report_detail"), Ruled(rows=CASE, letters="C")),
    **{f"reports:{name}": Ruled(rows=("report.close", *CASE), letters="C") for name in TRIAGE},
    "patrols:near_reports": Ruled(
        rows=(
            *REPORT_FACT,
            *("report.close", "report.exact_point"),
            *("anomaly.call_chain", "absence.address", "passage.time", "passage.result"),
        ),
        letters="C",
    ),
    "reports:dismiss": Ruled(rows=("report.reject", *CASE), letters="C"),
    "reports:emergency": Free(why="whom to call, before anything is told; it says nothing of who reads it"),
    "reports:worker": Free(why="the script that keeps it"),
}
