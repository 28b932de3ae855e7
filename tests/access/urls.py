"""The routes of the site, and the address of each name on the stage."""

from collections.abc import Iterator

from django.urls import URLPattern, get_resolver, reverse

from absences.models import WatchConsent
from accounts.models import ServiceToken
from accounts.roles import Role
from patrols.models import Calculation, Omission, Passage, RefusedEntry, Stop
from reports.models import Report
from sectors.models import (
    Bulletin,
    BulletinAttachment,
    BulletinRelay,
    BulletinTemplate,
    Proposal,
    Registration,
    Training,
)
from tests.access.addresses import (
    ADDRESSES,
    OF_A_BULLETIN,
    OF_A_MEETING,
    OF_A_PLAN,
    OF_A_SECTOR,
    OF_AGREEMENTS,
    OF_APPROVERS,
    OF_PAGES,
    OF_PROPOSERS,
    OF_SHIFTS,
    OF_TEMPLATES,
    OF_WORKSHOP,
)
from tests.access.report_addresses import OF_A_CASE, OF_A_REPORT
from tests.access.stage import Stage, crew_that_passed
from tests.access.watch_addresses import OF_A_ROLE, OF_AN_OWN_HOME
from tests.builders import DAY


def names_of_routes() -> list[str]:
    """The name of every route of the site, with its namespace; one without a name is told by its pattern."""
    return [name for name, _ in routes()]


def routes() -> Iterator[tuple[str, URLPattern]]:
    """Every route of the site with its name."""
    yield from _walk(get_resolver().url_patterns, "")


def _walk(patterns: list, namespace: str) -> Iterator[tuple[str, URLPattern]]:
    for pattern in patterns:
        if isinstance(pattern, URLPattern):
            yield namespace + (pattern.name or f"{pattern.pattern}"), pattern
        else:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, namespace + inner)


def urls_of(stage: Stage) -> dict[str, str]:
    """The address of every name; one that is about something is about what exists in the commune of the site."""
    arguments = _arguments_of(stage)
    return {name: reverse(name, args=arguments.get(name, [])) for name in ADDRESSES}


def _arguments_of(stage: Stage) -> dict[str, list[object]]:
    here = stage.here
    route = here.route.pk
    first_stop = Stop.objects.filter(route=route).earliest("order").pk
    calculation = Calculation.objects.get(commune=here.town.commune).pk
    device = stage.mate.devices.get().pk
    template = BulletinTemplate.objects.get(commune=here.town.commune).pk
    bulletin = Bulletin.objects.filter(commune=here.town.commune).earliest("pk").pk
    piece = BulletinAttachment.objects.get(bulletin=bulletin).pk
    proposal = Proposal.objects.about(here.sectors[:1]).get().pk
    registration = Registration.objects.get(sector=here.sectors[0]).pk
    vigilant = here.accounts[Role.VIGILANT].grants.get().pk
    report = Report.objects.waiting().get(sector=here.sectors[0], is_spoken=False).pk
    relayed = Report.objects.relayed().get(sector=here.sectors[0])
    of_proposals = (*OF_PAGES, "replace_drawing", *OF_PROPOSERS[1:], *OF_WORKSHOP, *OF_APPROVERS)
    return {
        **{f"sectors:{name}": [bulletin, piece] for name in ("detach", "attachment")},
        "sectors:undo_relay": [bulletin, BulletinRelay.objects.get(bulletin=bulletin).pk],
        **{f"sectors:{name}": [template] for name in OF_TEMPLATES[3:]},
        **{f"sectors:{name}": [proposal] for name in of_proposals},
        **{f"sectors:{name}": [proposal, 1] for name in ("saved_drawing", "take_up_drawing")},
        "sectors:begin_proposal": [here.sectors[0].pk],
        "absences:chain": [here.sectors[0].pk],
        "absences:hand_out_code": [here.town.absences[0].pk],
        "maps:tell_about_home": [WatchConsent.objects.get(absence=here.town.absences[1]).pk],
        **{f"absences:{name}": [vigilant] for name in OF_A_ROLE},
        **{f"absences:{name}": [here.town.absences[0].pk] for name in OF_AN_OWN_HOME},
        **{f"sectors:{name}": [bulletin] for name in OF_A_BULLETIN},
        **{f"reports:{name}": [report] for name in OF_A_REPORT},
        **{f"reports:{name}": [relayed.pk] for name in OF_A_CASE},
        "maps:report_detail": [int(relayed.number)],
        "maps:guide": ["premiers-pas"],
        "maps:ground_tile": [14, 8414, 5898],
        "maps:sector_tile": [f"{DAY}", 14, 8414, 5898],
        "maps:download_sectors": [f"{DAY}", "geojson"],
        "maps:draw_perimeters": [f"{DAY}"],
        "maps:draw_perimeter": [f"{DAY}", here.sectors[0].number],
        "maps:draw_change": [proposal, 1],
        "maps:draw_saved_change": [proposal, 1, 1],
        "maps:download_review": ["2026-07", "csv"],
        **{name: ["2025"] for name in ("maps:print_review", "maps:review_map")},
        "maps:published_file": ["2026-t2"],
        "maps:ogc_collection": ["secteurs"],
        "maps:ogc_items": ["secteurs"],
        "maps:ogc_item": ["secteurs", here.sectors[0].number],
        "maps:home_tile": [f"{DAY}", 14, 8414, 5898],
        "maps:new_passages": [here.plan.pk],
        "maps:plan_on_map": [here.plan.pk],
        "maps:download_plan": [here.plan.pk],
        "maps:print_route": [route],
        "maps:download_route": [route, "gpx"],
        "maps:vacant_on_map": [f"{DAY}"],
        "maps:stop_detail": [first_stop],
        "patrols:phone_contacts": [first_stop],
        "maps:omission_detail": [Omission.objects.get(plan=here.plan).pk],
        **{
            name: [Passage.objects.filter(absence=here.town.absences[0]).earliest("done_at").pk]
            for name in (
                "maps:visit_notice",
                "patrols:amend_passage",
                "patrols:told_twice",
                "patrols:call_chain",
                "patrols:call",
                "patrols:note_call",
                "patrols:near_reports",
            )
        },
        **{
            f"patrols:{name}": [RefusedEntry.objects.get(crew=crew_that_passed(here)).pk]
            for name in ("set_aside_entry", "dismiss_entry")
        },
        "patrols:record_at_home": [here.town.absences[0].pk],
        "patrols:record_at_stop": [first_stop],
        "patrols:say_stop_missed": [first_stop],
        "maps:statement": [here.town.absences[0].pk],
        "maps:home_detail": [f"{DAY}", here.town.absences[0].pk],
        **{
            f"absences:{page}": [here.town.absences[0].pk]
            for page in ("record", "reveal", "amend", "extend", "return_early", "cancel", "restore", "erase")
        },
        **{f"patrols:{name}": [here.plan.pk] for name in (*OF_A_PLAN, "publish")},
        "patrols:difference": [here.plan.pk, here.plan.pk],
        **{f"patrols:{name}": [here.town.shifts[0].pk] for name in OF_SHIFTS[3:]},
        "patrols:calculation": [calculation],
        "patrols:stop_calculation": [calculation],
        **{f"sectors:{name}": [here.sectors[0].pk] for name in OF_A_SECTOR},
        **{
            f"sectors:{name}": [here.agreements[0].pk]
            for name in (*OF_AGREEMENTS[1:], "signed_copy", "amend_agreement")
        },
        **{f"sectors:{name}": [here.sectors[0].meetings.get().pk] for name in (*OF_A_MEETING, "minutes")},
        "sectors:remove_training": [Training.objects.get(commune=here.town.commune).pk],
        "sectors:end_mandate": [here.accounts[Role.REFERENT].grants.get().pk],
        **{f"sectors:{name}": [registration] for name in ("registration_letter", "take_registration_back")},
        **{f"sectors:{name}": [vigilant] for name in ("end_vigilant", "choose_pseudonym", "leave_network")},
        "sectors:follow_registration": ["zqlien"],
        "absences:list_template": ["csv"],
        "download_own_data": ["json"],
        "invitation": ["zqlien"],
        "remove_factor": [1],
        "revoke_device": [device],
        "revoke_commune_device": [device],
        "desk_revoke_token": [ServiceToken.objects.get(commune=here.town.commune).pk],
        "desk_account": [stage.mate.pk],
        "desk_invite_again": [stage.mate.pk],
        "desk_disable_account": [stage.mate.pk],
        "desk_enable_account": [stage.mate.pk],
    }
