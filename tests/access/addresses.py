"""Every address of the site with the rows of the policy that it serves, or the reason why it serves none.

Written by hand beside the views' own word, so that neither proves itself.
"""

from accounts.roles import Role
from tests.access.address import Free, Own, Ruled
from tests.access.density_rows import DENSITY_ADDRESSES
from tests.access.report_addresses import REPORT_ADDRESSES
from tests.access.watch_addresses import WATCH_ADDRESSES

HOME = ("absence.address", "absence.exists_in_list", "absence.sector", "absence.start_end_dates")
DAY_ROWS = (*HOME, "passage.stop", "passage.time", "passage.result", "route.schedule", "route.stops_order")
HOUSEHOLD = (
    "absence.name",
    "absence.phone",
    "absence.trusted_person",
    "absence.allowed_people",
    "absence.access_instructions",
)
ON_A_PHONE = (
    "route.download",
    "route.schedule",
    "route.stops_order",
    "route.geometry",
    "absence.address",
    "absence.exact_point",
    "absence.name",
    "absence.access_instructions",
    "absence.allowed_people",
    "absence.start_end_dates",
    "passage.stop",
    "passage.time",
    "passage.result",
    "passage.crew_identity",
)
PLAN_ROWS = ("route.plan", "route.stops_order", "route.schedule", "absence.exists_in_list")
OF_A_PLAN = ("begin_draft", "plan_state", "try_change", "make_change", "undo_change", "difference")
OF_WRITERS = (
    "begin_bulletin",
    "write_bulletin",
    "keep_bulletin",
    "throw_bulletin_away",
    "send_bulletin",
    "attach",
)
DRAFT = "sector.perimeter_draft"
DRAWN = ("maps:draw_perimeters", "maps:draw_perimeter")
OF_PERIMETERS = ("sectors:list", "sectors:sector", "maps:sector_tile", "maps:download_sectors", *DRAWN)
OF_PAGES = ("proposal", "saved_drawings")
OF_PROPOSERS = ("begin_proposal", "propose", "withdraw_proposal")
EXCHANGE = ("keep_drawing", "look", "reshape", "lighten", "compose", "name_places")
OF_WORKSHOP = ("workshop", "compose_from_streets", "draft", *EXCHANGE)
OF_APPROVERS = ("check_proposal", "approve_proposal", "refuse_proposal", "cancel_proposal")
OF_TEMPLATES = ("bulletin_templates", "take_starters", "add_template", "change_template", "remove_template")
OF_A_BULLETIN = ("bulletin", "relay_bulletin", "send_notices_again", *OF_WRITERS[1:])
OF_RELAYS = ("relay_bulletin", "undo_relay")
OF_DESK = (*OF_WRITERS, *OF_TEMPLATES, "detach")
OF_SHIFTS = ("shifts", "add_shift", "repeat_week", "change_shift", "remove_shift", "end_shift_early")
PASSAGE = ("passage.stop", "passage.time", "passage.result")
OF_A_MEETING = ("remove_meeting", "receive_minutes")
OF_A_SECTOR = ("sector", "record_agreement", "note_meeting", "appoint_referent", "hand_out")
OF_AGREEMENTS = ("record_agreement", "denounce", "resume", "receive_copy")
SET_ASIDE = ("passage.create", "passage.crew_identity")
CALLS = ("anomaly.call_chain", "absence.address", "passage.time", "passage.result")
HOMES_ROWS = (*HOME, *PASSAGE)
ACCOUNTS = ("account.roles", "account.mfa_state")
CREW_ALONE = frozenset({Role.CREW})
WAY_IN = Free(why="the way in: nobody is known yet")
ABOUT = Free(why="tells about the site, and nothing of what is in it")
SECOND_FACTOR = "one's own second factor, which has to be there before anything else opens"

ADDRESSES: dict[str, Ruled | Own | Free] = {
    "entrance": Free(why="leads to the home page"),
    "home": Own(why="what each role has to do now, within its rows"),
    "help": ABOUT,
    "privacy": ABOUT,
    "accessibility": ABOUT,
    "maps:guide": ABOUT,
    "maps:ground_tile": Free(why="open data: streets and buildings"),
    "account_login": WAY_IN,
    "mfa_authenticate": WAY_IN,
    "mfa_login_webauthn": WAY_IN,
    "account_logout": Free(why="the way out"),
    "accept_invitation": WAY_IN,
    "invitation": WAY_IN,
    "account": Own(why="one's own account"),
    "change_password": Own(why="one's own password"),
    "own_identity": Own(why="one's own name and how one is reached"),
    "close_other_sessions": Own(why="one's own sessions"),
    "devices": Own(why="one's own phones", roles=CREW_ALONE),
    "enrol_device": Own(why="one's own phones", roles=CREW_ALONE, needs_recent_proof=True),
    "revoke_device": Own(why="one's own phones (device.revoke)", roles=CREW_ALONE),
    "prove": Own(why=SECOND_FACTOR, is_before_second_factor=True),
    "second_factors": Own(why=SECOND_FACTOR, is_before_second_factor=True),
    "add_app": Own(why=SECOND_FACTOR, is_before_second_factor=True, needs_recent_proof=True),
    "add_passkey": Own(why=SECOND_FACTOR, is_before_second_factor=True, needs_recent_proof=True),
    "renew_codes": Own(why=SECOND_FACTOR, is_before_second_factor=True, needs_recent_proof=True),
    "remove_factor": Own(why=SECOND_FACTOR, is_before_second_factor=True, needs_recent_proof=True),
    "own_journal": Ruled(rows=("audit.own_entries",)),
    "journal": Ruled(rows=("audit.all_entries",)),
    "verify_journal": Ruled(rows=("audit.verify_chain",)),
    "commune_devices": Ruled(rows=("device.revoke",), letters="C"),
    "revoke_commune_device": Ruled(rows=("device.revoke",), letters="C"),
    "desk_accounts": Ruled(rows=ACCOUNTS, letters="C"),
    "desk_account": Ruled(rows=ACCOUNTS, letters="C"),
    "desk_create_account": Ruled(rows=("account.create",)),
    "desk_invite_again": Ruled(rows=("account.create",), needs_recent_proof=True),
    "desk_disable_account": Ruled(rows=("account.disable",)),
    "desk_enable_account": Ruled(rows=("account.create", "account.disable")),
    "desk_tokens": Ruled(rows=("account.create",)),
    "desk_make_token": Ruled(rows=("account.create",), needs_recent_proof=True),
    "desk_revoke_token": Ruled(rows=("account.create",)),
    "desk_protection": Ruled(rows=("retention.run_now", "keys.inventory", *ACCOUNTS), letters="C"),
    "desk_register": Ruled(rows=("retention.state", "keys.inventory"), letters="C"),
    "desk_retention": Ruled(rows=("retention.state", "retention.run_now"), letters="CM"),
    "desk_ask_purge": Ruled(rows=("retention.run_now",), needs_recent_proof=True),
    "desk_ask_count": Ruled(rows=("retention.run_now",)),
    "exports": Ruled(rows=("export.manifest",)),
    "own_data": Ruled(rows=("dsar.extract_subject", "retention.state"), letters="O"),
    "download_own_data": Ruled(rows=("dsar.extract_subject",), letters="O", needs_recent_proof=True),
    "desk_keys": Ruled(rows=("keys.inventory",)),
    **dict.fromkeys(
        (
            "absences:declare",
            "absences:judge_place",
            "absences:keep_draft",
            "absences:resume_draft",
            "absences:drop_draft",
        ),
        Ruled(rows=("absence.create",), letters="C"),
    ),
    "absences:import_list": Ruled(
        rows=("absence.import", "absence.address", "absence.start_end_dates"), letters="C"
    ),
    "absences:list_template": Ruled(rows=("absence.import",)),
    "absences:enter_list": Ruled(rows=("absence.import", "import.error_report")),
    "absences:search_by_name": Ruled(rows=("absence.search_by_name", *HOME), letters="C"),
    "absences:record": Ruled(rows=(*HOMES_ROWS, "watch.entrusted_home"), letters="C"),
    "absences:reveal": Ruled(
        rows=(*HOMES_ROWS, *HOUSEHOLD, "watch.entrusted_home"), letters="C", needs_recent_proof=True
    ),
    **dict.fromkeys(
        ("absences:amend", "absences:extend", "absences:return_early", "absences:cancel"),
        Ruled(rows=("absence.update", "absence.address", "absence.start_end_dates"), letters="C"),
    ),
    "absences:restore": Ruled(rows=("absence.update",), letters="C"),
    "absences:erase": Ruled(rows=("absence.delete", "absence.address"), letters="C"),
    **dict.fromkeys(
        ("sectors:bulletins", "sectors:bulletin", "sectors:attachment"), Ruled(rows=("bulletin.text",))
    ),
    **REPORT_ADDRESSES,
    **DENSITY_ADDRESSES,
    **WATCH_ADDRESSES,
    "maps:find_places": Ruled(rows=("report.create",)),
    "sectors:perimeters": Ruled(rows=(DRAFT, "sector.name", "sector.perimeter")),
    "sectors:begin_sector": Ruled(rows=("sector.propose_perimeter", DRAFT), letters="C"),
    **{f"sectors:{name}": Ruled(rows=(DRAFT,)) for name in (*OF_PAGES, "saved_drawing")},
    "sectors:take_up_drawing": Ruled(rows=("sector.propose_perimeter", DRAFT)),
    "sectors:replace_drawing": Ruled(rows=("sector.import_geo", "sector.propose_perimeter", DRAFT)),
    **{
        f"sectors:{name}": Ruled(rows=("sector.propose_perimeter", DRAFT))
        for name in (*OF_PROPOSERS, *OF_WORKSHOP)
    },
    **{f"sectors:{name}": Ruled(rows=("sector.approve_perimeter", DRAFT)) for name in OF_APPROVERS},
    **{f"sectors:{name}": Ruled(rows=("bulletin.relay", "bulletin.text")) for name in OF_RELAYS},
    **{
        f"sectors:{name}": Ruled(rows=("bulletin.send", "bulletin.text"))
        for name in (*OF_DESK, "send_notices_again")
    },
    "maps:day": Ruled(rows=DAY_ROWS),
    "maps:homes": Ruled(rows=(*HOMES_ROWS, "watch.entrusted_home"), letters="C"),
    "maps:home_tile": Ruled(rows=(*HOMES_ROWS, "absence.exact_point"), letters="C"),
    "maps:new_passages": Ruled(rows=DAY_ROWS, letters="C"),
    "maps:plan_on_map": Ruled(rows=(*DAY_ROWS, "route.geometry", "absence.exact_point")),
    "maps:download_plan": Ruled(rows=("absence.export",), needs_recent_proof=True),
    "maps:print_route": Ruled(rows=(*DAY_ROWS, "route.geometry"), needs_recent_proof=True),
    "maps:download_route": Ruled(rows=("route.download",), needs_recent_proof=True),
    "maps:vacant_on_map": Ruled(rows=(*DAY_ROWS, "absence.exact_point")),
    "maps:stop_detail": Ruled(rows=DAY_ROWS),
    "maps:omission_detail": Ruled(rows=DAY_ROWS),
    "maps:home_detail": Ruled(rows=DAY_ROWS),
    "maps:visit_notice": Ruled(rows=PASSAGE, letters="C"),
    "maps:statement": Ruled(rows=(*HOMES_ROWS, "absence.update"), letters="C", needs_recent_proof=True),
    "maps:ground_package": Ruled(rows=("route.geometry",), letters="T"),
    "patrols:phone_round": Ruled(rows=ON_A_PHONE),
    "patrols:phone_list": Ruled(rows=ON_A_PHONE),
    "patrols:phone_round_data": Ruled(rows=ON_A_PHONE),
    "patrols:phone_shell": Free(why="the crew's page with nothing in it, kept by the phone"),
    "patrols:phone_offline": Free(why="what the phone shows where the network fails, with nothing in it"),
    "patrols:phone_worker": Free(why="the script that keeps it"),
    "patrols:phone_manifest": Free(why="the name and the icon of the crew's page"),
    "patrols:phone_state": Own(why="which crews one is in on this phone", roles=CREW_ALONE),
    "patrols:phone_entries": Ruled(rows=("passage.create", "anomaly.call_chain"), letters="T"),
    "patrols:phone_contacts": Ruled(rows=("absence.phone", "absence.trusted_person"), letters="A"),
    **dict.fromkeys(
        ("patrols:record_at_home", "patrols:record_at_stop"),
        Ruled(rows=("passage.create", "absence.address", "absence.start_end_dates"), letters="C"),
    ),
    "patrols:say_stop_missed": Ruled(
        rows=("passage.create", "passage.stop", "absence.address", "route.schedule"), letters="C"
    ),
    "patrols:set_aside": Ruled(rows=SET_ASIDE, letters="C"),
    "patrols:dismiss_entry": Ruled(rows=SET_ASIDE, letters="C"),
    "patrols:set_aside_entry": Ruled(
        rows=(*SET_ASIDE, *PASSAGE, "absence.address"), letters="C", needs_recent_proof=True
    ),
    **dict.fromkeys(
        ("patrols:amend_passage", "patrols:told_twice"),
        Ruled(
            rows=("passage.amend", "absence.address", "passage.time", "passage.result", "passage.crew_identity"),
            letters="C",
        ),
    ),
    "patrols:call_chain": Ruled(rows=CALLS, letters="C"),
    "patrols:call": Ruled(
        rows=(*CALLS, "absence.phone", "absence.trusted_person"), letters="C", needs_recent_proof=True
    ),
    "patrols:note_call": Ruled(rows=("anomaly.call_chain",), letters="C"),
    "patrols:calculations": Ruled(rows=("route.plan",)),
    "patrols:calculation": Ruled(rows=("route.plan",)),
    "patrols:stop_calculation": Ruled(rows=("route.plan",)),
    **{f"patrols:{name}": Ruled(rows=PLAN_ROWS) for name in OF_A_PLAN},
    "patrols:publish": Ruled(rows=("route.publish", *PLAN_ROWS, "passage.time")),
    **{f"patrols:{name}": Ruled(rows=("route.plan", "route.schedule")) for name in OF_SHIFTS},
    **dict.fromkeys(
        (
            "maps:ogc_landing",
            "maps:ogc_conformance",
            "maps:ogc_api",
            "maps:ogc_collections",
            "maps:ogc_collection",
        ),
        Free(why="tells tools what there is to read, and nothing of it"),
    ),
    **dict.fromkeys(
        ("maps:ogc_items", "maps:ogc_item"), Ruled(rows=("sector.name", "sector.perimeter"), is_for_tools=True)
    ),
    **dict.fromkeys(("maps:review", "maps:coverage"), Ruled(rows=("coverage.by_sector_month",))),
    **dict.fromkeys(
        ("maps:download_review", "maps:print_review", "maps:review_map"), Ruled(rows=("coverage.export",))
    ),
    "maps:route_coverage": Ruled(rows=("coverage.by_route",)),
    "maps:download_route_coverage": Ruled(rows=("coverage.by_route", "coverage.export"), letters="C"),
    **dict.fromkeys(
        ("maps:draw_change", "maps:draw_saved_change"), Ruled(rows=(DRAFT, "sector.name", "sector.perimeter"))
    ),
    "maps:find_addresses": Ruled(rows=("absence.address",), letters="C"),
    **dict.fromkeys(OF_PERIMETERS, Ruled(rows=("sector.name", "sector.perimeter"))),
    **{f"sectors:{name}": Ruled(rows=("sector.approve_perimeter",)) for name in OF_AGREEMENTS},
    **{f"sectors:{name}": Ruled(rows=("sector.propose_perimeter",)) for name in ("note_meeting", *OF_A_MEETING)},
    **dict.fromkeys(("sectors:minutes", "sectors:trainings"), Ruled(rows=("sector.referent_names",))),
    **dict.fromkeys(
        ("sectors:note_training", "sectors:remove_training"),
        Ruled(rows=("sector.appoint_referent", "sector.referent_names")),
    ),
    **dict.fromkeys(("sectors:appoint_referent", "sectors:end_mandate"), Ruled(rows=("sector.appoint_referent",))),
    **dict.fromkeys(
        (
            "sectors:hand_out",
            "sectors:registration_letter",
            "sectors:take_registration_back",
            "sectors:end_vigilant",
        ),
        Ruled(rows=("sector.propose_perimeter",), letters="S"),
    ),
    **dict.fromkeys(
        ("sectors:own_registration", "sectors:choose_pseudonym", "sectors:leave_network"),
        Ruled(rows=("vigilant.name",), letters="O"),
    ),
    **dict.fromkeys(("sectors:register", "sectors:follow_registration"), WAY_IN),
    "sectors:amend_agreement": Ruled(rows=("sector.approve_perimeter", "sector.referent_names")),
    **dict.fromkeys(
        ("sectors:burglaries", "sectors:burglaries_template"),
        Ruled(rows=("coverage.by_sector_month", "import.error_report"), letters="C"),
    ),
    "sectors:signed_copy": Ruled(rows=("sector.referent_names",)),
}
