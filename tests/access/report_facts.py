"""What the rows of reports find: what was told, by whom as far as one may know, and what was done with it."""

from collections.abc import Callable

from accounts.models import Account
from reports.models import AuthorSeal, Report
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.people import Place
from tests.access.stage import Stage, canary, report_canary


def _reports_where(told: Callable[[Evidence, Report], bool]) -> Callable[[Evidence, Stage], set[object]]:
    return lambda evidence, stage: {report.pk for report in Report.objects.all() if told(evidence, report)}


def _page_of(evidence: Evidence, report: Report) -> str:
    """All that is told of one report on its own."""
    return "".join(
        text
        for kind in ("own_report", "received_report")
        for about, text in evidence.answered(kind)
        if about == report.pk
    )


def _of_sector(place: Place) -> set[object]:
    return set(Report.objects.filter(sector=place.sectors[0]).values_list("pk", flat=True))


def _own(account: Account) -> set[object]:
    return set(AuthorSeal.objects.filter(account=account.pk).values_list("report", flat=True))


def _fact(
    told: Callable[[Evidence, Report], bool], *, narrowed: Callable[[Report], bool] = lambda report: True
) -> Fact:
    """A row of a report; the police have no page of them yet, and are told nothing."""

    def kept(keys: set[object]) -> set[object]:
        return {report.pk for report in Report.objects.filter(pk__in=keys) if narrowed(report)}

    return Fact(
        seen=_reports_where(told),
        all=lambda place: set(),
        of_sector=lambda place: kept(_of_sector(place)),
        own=lambda account: kept(_own(account)),
    )


def _tells_pseudonym(evidence: Evidence, report: Report) -> bool:
    insee = report.commune_id
    said = canary("pseudo", insee)
    return said in _page_of(evidence, report) or (
        said in evidence.text("own_reports") and f"/signalements/{report.pk}/" in evidence.text("own_reports")
    )


def _tells_point(evidence: Evidence, report: Report) -> bool:
    return f"{report.point.y:.5f}" in evidence.everything


def _tells_hour(evidence: Evidence, report: Report) -> bool:
    return "<dt>Vers</dt>" in _page_of(evidence, report)


def _act(name: str, of_sector: Callable[[Place], set[object]], own: Callable[[Account], set[object]]) -> Fact:
    return Fact(
        seen=lambda evidence, stage: evidence.done[name],
        all=lambda place: set(),
        of_sector=of_sector,
        own=own,
    )


def _nobodys(account: Account) -> set[object]:
    return set()


def _waiting(keys: set[object]) -> set[object]:
    return set(Report.objects.waiting().filter(pk__in=keys).values_list("pk", flat=True))


REPORTS = {
    "report.author_pseudonym": _fact(
        _tells_pseudonym, narrowed=lambda report: AuthorSeal.objects.filter(pk=report.pk).exists()
    ),
    "report.category": _fact(
        lambda evidence, report: "Prévention" in _page_of(evidence, report),
        narrowed=lambda report: bool(report.category),
    ),
    "report.exact_point": _fact(_tells_point),
    "report.original_text": _fact(
        lambda evidence, report: report_canary(report, "origine") in evidence.everything
    ),
    "report.relayed_text": _fact(
        lambda evidence, report: report_canary(report, "relais") in evidence.everything,
        narrowed=lambda report: report.relayed_at is not None,
    ),
    "report.sector": _fact(
        lambda evidence, report: (
            canary("secteur", report.commune_id, report.sector.number) in _page_of(evidence, report)
        )
    ),
    "report.status": _fact(lambda evidence, report: "<dt>État</dt>" in _page_of(evidence, report)),
    "report.time_rounded_1h": _fact(_tells_hour),
    "report.create": _act(
        "report.create",
        of_sector=lambda place: {place.sectors[0].pk},
        own=lambda account: set(account.grants.values_list("sector", flat=True)),
    ),
    "report.delete": _act(
        "report.delete", of_sector=lambda place: set(), own=lambda account: _waiting(_own(account))
    ),
    "report.relay": _act("report.relay", of_sector=lambda place: _waiting(_of_sector(place)), own=_nobodys),
    "report.reject": _act("report.reject", of_sector=lambda place: _waiting(_of_sector(place)), own=_nobodys),
}
