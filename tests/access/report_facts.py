"""What the rows of reports find: what was told, by whom as far as one may know, and what was done with it."""

from collections.abc import Callable

from accounts.models import Account
from accounts.roles import Role
from reports.models import AuthorSeal, Report, ReportStep
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
        for kind in ("own_report", "received_report", "case")
        for about, text in evidence.answered(kind)
        if about == report.pk
    )


def _of_sector(place: Place) -> set[object]:
    return set(Report.objects.filter(sector=place.sectors[0]).values_list("pk", flat=True))


def _own(account: Account) -> set[object]:
    return set(AuthorSeal.objects.filter(account=account.pk).values_list("report", flat=True))


def _relayed(place: Place) -> set[object]:
    relayed = Report.objects.relayed().filter(commune=place.town.commune)
    return set(relayed.values_list("pk", flat=True))


def _entered(place: Place) -> set[object]:
    """What the référent of the first sector wrote down of somebody's words."""
    by = place.accounts[Role.REFERENT]
    entered = ReportStep.objects.filter(act="entered", taken_by=by)
    return set(entered.values_list("report", flat=True)) & _of_sector(place)


def _fact(
    told: Callable[[Evidence, Report], bool],
    *,
    narrowed: Callable[[Report], bool] = lambda report: True,
    of_sector: Callable[[Place], set[object]] = _of_sector,
    pseudonymous: Callable[[Place], set[object]] = lambda place: set(),
) -> Fact:
    """A row of a report; the police are told what was relayed in their commune."""

    def kept(keys: set[object]) -> set[object]:
        return {report.pk for report in Report.objects.filter(pk__in=keys) if narrowed(report)}

    return Fact(
        seen=_reports_where(told),
        all=lambda place: kept(_relayed(place)),
        of_sector=lambda place: kept(of_sector(place)),
        own=lambda account: kept(_own(account)),
        pseudonymous=pseudonymous,
    )


def _under_pseudonym(place: Place) -> set[object]:
    return _own(place.accounts[Role.VIGILANT])


def _tells_pseudonym(evidence: Evidence, report: Report) -> bool:
    insee = report.commune_id
    said = canary("pseudo", insee)
    rows = evidence.text("pseudonyms").split("</tr>")
    is_listed = any(said in row and f"{report.pk}" in row for row in rows)
    return (
        is_listed
        or said in _page_of(evidence, report)
        or (said in evidence.text("own_reports") and f'value="{report.pk}"' in evidence.text("own_reports"))
    )


def _tells_point(evidence: Evidence, report: Report) -> bool:
    return f"{report.point.y:.5f}" in evidence.everything or report.place_name in evidence.everything


def _tells_hour(evidence: Evidence, report: Report) -> bool:
    return "<dt>Vers</dt>" in _page_of(evidence, report)


def _act(
    name: str,
    of_sector: Callable[[Place], set[object]],
    own: Callable[[Account], set[object]],
    of_commune: Callable[[Place], set[object]] = lambda place: set(),
) -> Fact:
    return Fact(
        seen=lambda evidence, stage: evidence.done[name],
        all=of_commune,
        of_sector=of_sector,
        own=own,
    )


def _nobodys(account: Account) -> set[object]:
    return set()


def _waiting(keys: set[object]) -> set[object]:
    return set(Report.objects.waiting().filter(pk__in=keys).values_list("pk", flat=True))


REPORTS = {
    "report.author_pseudonym": _fact(
        _tells_pseudonym,
        narrowed=lambda report: AuthorSeal.objects.filter(pk=report.pk).exists(),
        pseudonymous=_under_pseudonym,
    ),
    "report.category": _fact(
        lambda evidence, report: "Prévention" in _page_of(evidence, report),
        narrowed=lambda report: bool(report.category),
    ),
    # Of the sector, the street alone is told, but for what one entered oneself (decision 0047).
    "report.exact_point": _fact(_tells_point, of_sector=_entered),
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
    "report.close": _act("report.close", of_sector=lambda place: set(), own=_nobodys, of_commune=_relayed),
    "report.reject": _act(
        "report.reject",
        of_sector=lambda place: _waiting(_of_sector(place)),
        own=_nobodys,
        of_commune=_relayed,
    ),
}
