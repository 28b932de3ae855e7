"""The addresses of the daily watch with the rows of the policy that they serve; a part of ``addresses``."""

from tests.access.address import Free, Own, Ruled

OWN_HOME = ("absence.address", "absence.start_end_dates", "absence.update")
OF_A_ROLE = ("join_chain", "leave_chain")
OF_AN_OWN_HOME = ("entrust", "take_home_back")

WATCH_ADDRESSES: dict[str, Ruled | Own | Free] = {
    **dict.fromkeys(
        ("absences:watch", "absences:watch_day", "maps:tell_about_home"),
        Ruled(rows=("watch.entrusted_home",), letters="W"),
    ),
    "absences:take_looks": Ruled(rows=("watch.tick",), letters="W"),
    "absences:watch_shell": Free(why="the watcher's page with nothing in it, kept by the phone"),
    "absences:watch_worker": Free(why="the script that keeps it"),
    **{f"absences:{name}": Ruled(rows=("vigilant.name",), letters="O") for name in ("own_turns", *OF_A_ROLE)},
    "absences:chain": Ruled(rows=("sector.propose_perimeter",), letters="S"),
    **{f"absences:{name}": Ruled(rows=OWN_HOME, letters="O") for name in ("own_homes", *OF_AN_OWN_HOME)},
    "absences:hand_out_code": Ruled(rows=("absence.update", "absence.address"), letters="C"),
}
