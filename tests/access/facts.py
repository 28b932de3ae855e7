"""What each row of the policy finds in the answers of the site, and what there is to find in all."""

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

from accounts.models import Account
from geo import french
from geo.templatetags.french import short_day
from patrols.models import Crew, Omission, Plan, Stop
from tests.access.acts import OWN_PHONE
from tests.access.bulletin_facts import BULLETINS
from tests.access.density_rows import DENSITY
from tests.access.evidence import Evidence
from tests.access.fact import Fact
from tests.access.network_facts import NETWORK
from tests.access.people import Place
from tests.access.proposal_facts import PROPOSALS
from tests.access.questions import asked_accounts
from tests.access.report_facts import REPORTS
from tests.access.stage import (
    Stage,
    canaries_of,
    canary,
    crew_that_passed,
    fingerprint_of,
    first_day_of,
    household_canary,
    latitude_of,
    passed_at,
    routes_of,
    words_of_act,
)
from tests.access.watch_facts import WATCH, owned_by, owned_by_or_entrusted_to


def _homes_where(told: Callable[[Evidence, Place, int], bool]) -> Callable[[Evidence, Stage], set[object]]:
    def seen(evidence: Evidence, stage: Stage) -> set[object]:
        return {
            home.pk
            for place in stage.places
            for number, home in enumerate(place.town.absences)
            if told(evidence, place, number)
        }

    return seen


def _details(evidence: Evidence, place: Place, number: int) -> str:
    """All that is told of one home on its own: at its stops, left out, or vacant."""
    home = place.town.absences[number].pk
    stops = set(Stop.objects.filter(absence=home).values_list("pk", flat=True))
    omissions = set(Omission.objects.filter(absence=home).values_list("pk", flat=True))
    keys = {"stop": stops, "omission": omissions, "home_detail": {home}}
    return "".join(text for kind in keys for about, text in evidence.open(kind).items() if about in keys[kind])


def _home_fact(
    told: Callable[[Evidence, Place, int], bool], *, own: Callable[[Account], set[object]] = lambda account: set()
) -> Fact:
    return Fact(
        own=own,
        seen=_homes_where(told),
        all=lambda place: {home.pk for home in place.town.absences},
        of_round=lambda place: {home.pk for home in place.town.absences[:3]},
    )


def _tells_address(evidence: Evidence, place: Place, number: int) -> bool:
    return canary("rue", place.insee, number) in evidence.everything


def _tells_point(evidence: Evidence, place: Place, number: int) -> bool:
    return f"{latitude_of(place, number):.5f}" in evidence.everything


def _tells_presence(evidence: Evidence, place: Place, number: int) -> bool:
    home = place.town.absences[number].pk
    return any(feature.get("home") == home for feature in evidence.features) or _tells_address(
        evidence, place, number
    )


def _tells_sector(evidence: Evidence, place: Place, number: int) -> bool:
    names = [canary("secteur", place.insee, sector.number) for sector in place.sectors]
    told = _details(evidence, place, number)
    return any(name in told for name in names) or (bool(told) and "hors secteur" in told)


def _tells_days(evidence: Evidence, place: Place, number: int) -> bool:
    first = first_day_of(place, number)
    return (
        f"du {short_day(first)} au" in _details(evidence, place, number)
        or evidence.round_at(place.town.absences[number].pk).get("first_day") == first.isoformat()
        or f"Absence du {french.day(first)} au" in evidence.text("own_homes")
    )


def _last_passage_on_a_phone(evidence: Evidence, place: Place, number: int) -> dict[str, Any]:
    return evidence.round_at(place.town.absences[number].pk).get("last_passage") or {}


def _tells_passage(evidence: Evidence, place: Place, number: int) -> bool:
    return "Dernier passage" in _details(evidence, place, number) or bool(
        _last_passage_on_a_phone(evidence, place, number)
    )


def _tells_hour_of_passage(evidence: Evidence, place: Place, number: int) -> bool:
    moment = passed_at(place, number)
    told = _last_passage_on_a_phone(evidence, place, number).get("done_at")
    return french.clock(moment) in _details(evidence, place, number) or (
        told is not None and dt.datetime.fromisoformat(told) == moment
    )


def _tells_result(evidence: Evidence, place: Place, number: int) -> bool:
    return "avec anomalie" in _details(evidence, place, number) or _last_passage_on_a_phone(
        evidence, place, number
    ).get("was_anomaly", False)


def _routes(place: Place) -> set[object]:
    return {route.pk for route in routes_of(place)}


def _round(place: Place) -> set[object]:
    return {place.route.pk}


def _routes_named(evidence: Evidence, stage: Stage) -> set[object]:
    """Rounds of which the page of the day has the card, or whose stops tell their hours."""
    of_stops = Stop.objects.filter(pk__in=evidence.open("stop")).values_list("route", flat=True)
    pages = evidence.text("day")
    told = {
        route.pk for place in stage.places for route in routes_of(place) if f'data-route="{route.pk}"' in pages
    }
    return {*of_stops, *told, *evidence.open("pdf")}


def _routes_covered(evidence: Evidence, stage: Stage) -> set[object]:
    """Rounds of which the page of the coverage has a row, or its file the crew."""
    rows, file = evidence.text("rounds"), evidence.text("rounds_table")
    return {
        route.pk
        for place in stage.places
        for route in routes_of(place)
        if f'data-route="{route.pk}"' in rows or route.shift.crew.name in file
    }


def _members(*crews: Crew) -> set[object]:
    return set(Account.objects.filter(grants__crew__in=crews).values_list("pk", flat=True))


def _members_told(evidence: Evidence, stage: Stage) -> set[object]:
    """Accounts whose identifier stands among the members of a crew: the frame of a page tells one's own too."""
    told = re.findall(r'class="members">(.*?)</span>', evidence.text("shifts"))
    told += re.findall(r"<dt>Agents</dt><dd>(.*?)</dd>", evidence.text("home"))
    logins = {login for words in told for login in words.split(", ")}
    return {account.pk for account in asked_accounts(stage) if account.login in logins}


def _routes_drawn(evidence: Evidence, stage: Stage) -> set[object]:
    return {feature["route"] for feature in evidence.features if feature["kind"] == "course"}


def _stops_placed(evidence: Evidence, stage: Stage) -> set[object]:
    drawn = {feature["id"] for feature in evidence.features if feature["kind"] == "stop"}
    return {*drawn, *evidence.open("stop")}


def _stops_of(*routes: object) -> set[object]:
    return set(Stop.objects.filter(route__in=routes).values_list("pk", flat=True))


def _logins_listed(evidence: Evidence, stage: Stage) -> set[object]:
    lists = evidence.text("accounts", "account", "devices")
    mine = evidence.text("own_account")
    return {a.pk for a in asked_accounts(stage) if f">{a.login}<" in lists or f"<code>{a.login}</code>" in mine}


def _factors_told(evidence: Evidence, stage: Stage) -> set[object]:
    mine = evidence.text("own_account")
    own = {
        a.pk
        for a in asked_accounts(stage)
        if f"<code>{a.login}</code>" in mine and "Double authentification" in mine
    }
    return own | {about for about, text in evidence.open("account").items() if "econd facteur" in text}


def _extracted(evidence: Evidence, stage: Stage) -> set[object]:
    """Accounts of which an extract tells the identifier or anything sealed, in either of its formats."""
    told = evidence.text("extract")
    return {
        a.pk
        for a in asked_accounts(stage)
        if f'"compte": "{a.login}"' in told or f"« {a.login} »" in told or any(w in told for w in canaries_of(a))
    }


def _exports_told(evidence: Evidence, stage: Stage) -> set[object]:
    """Accounts of which an export is told by its fingerprint; in the extract one's own are, as one's own data."""
    pages = evidence.text_but_of("extract")
    told: set[object] = {a.pk for a in asked_accounts(stage) if fingerprint_of(a) in pages}
    return told | ({"initials"} if "2.m.p" in evidence.text("exports") else set())


def _terms_told(evidence: Evidence, stage: Stage) -> set[object]:
    """Communes of which all terms are told, in the register or on every record; « some » where not all."""
    told = {about for about, text in evidence.answered("record") if 'id="conservation"' in text}
    found: set[object] = {place.insee for place in stage.places if _homes(place) <= told}
    found |= {"some" for place in stage.places if (told & _homes(place)) < _homes(place) and told & _homes(place)}
    own = {a.pk for a in asked_accounts(stage) if f"<code>{a.login}</code>" in evidence.text("own_account")}
    if evidence.open("retention"):
        found.add(stage.here.insee if evidence.open("register") else "how much is due")
    return found | (own if 'id="conservation"' in evidence.text("own_data") else set())


def _here(place: Place) -> set[object]:
    """Every account that holds a role in a commune."""
    return set(Account.objects.filter(grants__commune=place.town.commune).values_list("pk", flat=True))


def _acts_told(*kinds: str) -> Callable[[Evidence, Stage], set[object]]:
    def seen(evidence: Evidence, stage: Stage) -> set[object]:
        pages = evidence.text(*kinds)
        return {account.pk for account in asked_accounts(stage) if words_of_act(account) in pages}

    return seen


def _entries_told(evidence: Evidence, stage: Stage) -> set[object]:
    told = _acts_told("log")(evidence, stage)
    # The initials of 26999-municipal-police.
    return told | ({"initials"} if "2.m.p" in evidence.text("log") else set())


def _pages(*kinds: str) -> Callable[[Evidence, Stage], set[object]]:
    return lambda evidence, stage: {kind for kind in kinds if evidence.open(kind)}


def _sectors_in(evidence: Evidence, *kinds: str) -> set[object]:
    text = evidence.text(*kinds)
    return {(insee, n) for insee in ("26999", "38001") for n in (1, 2, 3) if canary("secteur", insee, n) in text}


def _sectors(place: Place) -> set[object]:
    return {(place.insee, sector.number) for sector in place.sectors}


def _crews_that_passed(evidence: Evidence, stage: Stage) -> set[object]:
    told = evidence.text(
        "day",
        "new_passages",
        "stop",
        "omission",
        "home_detail",
        "home",
        "pdf",
        "gpx",
        "csv",
        "plan_map",
        "plan_file",
        "record",
        "amend",
        "set_aside",
        "calls",
        "call",
        "notice",
        "statement",
    )
    return {place.insee for place in stage.places if crew_that_passed(place).name in told}


def _household_fact(*texts: str) -> Fact:
    """Some sealed texts of a home's household: found when one of them is."""
    return _home_fact(
        lambda evidence, place, number: any(
            household_canary(place, text, number) in evidence.everything for text in texts
        )
    )


def _act(name: str, everything: Callable[[Place], set[object]]) -> Fact:
    return Fact(seen=lambda evidence, stage: evidence.done[name], all=everything)


def _figures_fact(seen: Callable[[Evidence, Stage], set[object]]) -> Fact:
    """Published figures: who reads everything of the commune is told no more of them than the others."""
    return Fact(seen=seen, all=lambda place: {"review"}, published=lambda place: {"review"})


def _pages_of_review(evidence: Evidence, stage: Stage) -> set[object]:
    return {"review"} if evidence.open("review") and evidence.open("coverage") else set()


def _round_act(name: str) -> Fact:
    """An act at the homes of the round, or of the commune."""
    return Fact(
        seen=lambda evidence, stage: evidence.done[name],
        all=_homes,
        of_round=lambda place: {home.pk for home in place.town.absences[:3]},
    )


def _homes(place: Place) -> set[object]:
    return {home.pk for home in place.town.absences}


FACTS = {
    **WATCH,
    "absence.name": _household_fact("name"),
    "absence.phone": _household_fact("phone", "email"),
    "absence.trusted_person": _household_fact("trusted_name", "trusted_phone"),
    "absence.access_instructions": _household_fact("access_instructions"),
    "absence.allowed_people": _household_fact("allowed"),
    "absence.create": _act("absence.create", lambda place: {place.insee}),
    "absence.update": _act("absence.update", _homes),
    "absence.delete": _act("absence.delete", _homes),
    "absence.import": _act("absence.import", lambda place: {place.insee}),
    "import.error_report": _act("import.error_report", lambda place: {"report"}),
    "absence.search_by_name": _act("absence.search_by_name", _homes),
    "absence.address": _home_fact(_tells_address, own=owned_by_or_entrusted_to),
    "absence.exact_point": _home_fact(_tells_point),
    "absence.exists_in_list": _home_fact(_tells_presence, own=owned_by_or_entrusted_to),
    "absence.sector": _home_fact(_tells_sector),
    "absence.start_end_dates": _home_fact(_tells_days, own=owned_by),
    "absence.export": Fact(
        seen=lambda evidence, stage: set(evidence.open("plan_file")),
        all=lambda place: set(Plan.objects.filter(commune=place.town.commune).values_list("pk", flat=True)),
    ),
    "coverage.by_route": Fact(seen=_routes_covered, all=_routes, of_round=_round),
    "coverage.by_sector_month": _figures_fact(_pages_of_review),
    "coverage.export": _figures_fact(lambda evidence, stage: evidence.done["coverage.export"]),
    "passage.amend": _act("passage.amend", _homes),
    "passage.create": _round_act("passage.create"),
    "anomaly.call_chain": _round_act("anomaly.call_chain"),
    "passage.stop": _home_fact(_tells_passage),
    "passage.time": _home_fact(_tells_hour_of_passage),
    "passage.result": _home_fact(_tells_result),
    "passage.crew_identity": Fact(seen=_crews_that_passed, all=lambda place: {place.insee}),
    "route.crew_members": Fact(
        seen=_members_told,
        all=lambda place: _members(*place.town.crews),
        of_round=lambda place: _members(place.town.crews[0]),
    ),
    "route.geometry": Fact(seen=_routes_drawn, all=_routes, of_round=_round),
    "route.schedule": Fact(seen=_routes_named, all=_routes, of_round=_round),
    "route.stops_order": Fact(
        seen=_stops_placed,
        all=lambda place: _stops_of(*_routes(place)),
        of_round=lambda place: _stops_of(place.route.pk),
    ),
    "route.download": Fact(
        seen=lambda evidence, stage: {*evidence.open("gpx"), *evidence.open("csv")}, all=_routes, of_round=_round
    ),
    "route.plan": Fact(
        seen=lambda evidence, stage: evidence.done["route.plan"],
        all=lambda place: {("asked", place.insee), ("begun", place.insee)},
    ),
    "route.publish": Fact(
        seen=lambda evidence, stage: evidence.done["route.publish"], all=lambda place: {place.insee}
    ),
    "account.roles": Fact(seen=_logins_listed, all=_here, own=lambda account: {account.pk}),
    "account.mfa_state": Fact(seen=_factors_told, all=_here, own=lambda account: {account.pk}),
    "account.create": Fact(
        seen=lambda evidence, stage: evidence.done["account.create"], all=lambda _: {"zq-nouveau"}
    ),
    "account.disable": Fact(
        seen=lambda evidence, stage: evidence.done["account.disable"],
        all=lambda place: set(Account.objects.filter(login=f"{place.insee}-crew-2").values_list("pk", flat=True)),
    ),
    "device.revoke": Fact(
        seen=lambda evidence, stage: evidence.done["device.revoke"],
        all=lambda place: {canary("appareil", place.insee)},
        own=lambda account: set(account.devices.filter(label=OWN_PHONE).values_list("label", flat=True)),
    ),
    "audit.own_entries": Fact(seen=_acts_told("own_log", "log"), all=_here, own=lambda account: {account.pk}),
    "audit.all_entries": Fact(seen=_entries_told, all=_here, masked=frozenset({"initials"})),
    "audit.verify_chain": Fact(
        seen=lambda evidence, stage: evidence.done["audit.verify_chain"], all=lambda _: {"verified"}
    ),
    "export.manifest": Fact(
        seen=_exports_told, all=_here, own=lambda account: {account.pk}, masked=frozenset({"initials"})
    ),
    "dsar.extract_subject": Fact(seen=_extracted, all=lambda place: set(), own=lambda account: {account.pk}),
    "keys.inventory": Fact(seen=_pages("keys"), all=lambda _: {"keys"}),
    # The register tells what is kept and why, and a record until when; an administrator sees how much is due.
    "retention.state": Fact(
        seen=_terms_told,
        all=lambda place: {place.insee},
        own=lambda account: {account.pk},
        masked=frozenset({"how much is due"}),
    ),
    "retention.run_now": Fact(
        seen=lambda evidence, stage: evidence.done["retention.run_now"], all=lambda _: {"asked"}
    ),
    "sector.name": Fact(seen=lambda evidence, stage: _sectors_in(evidence), all=_sectors),
    **BULLETINS,
    **REPORTS,
    **DENSITY,
    **PROPOSALS,
    **NETWORK,
    # The third sector has no perimeter yet.
    "sector.perimeter": Fact(
        seen=lambda evidence, stage: _sectors_in(evidence, "sectors") & _sectors_in(evidence, "sectors_for_tools"),
        all=lambda place: {(place.insee, 1), (place.insee, 2)},
    ),
}
