"""The ledger as text, to be kept from one publication to the next; it holds counts, and is walled as they are."""

import json

from maps.disclosure.figures import Groups, Publication, Unit
from maps.disclosure.ledger import Closed, Ledger


def write_ledger(ledger: Ledger) -> str:
    """Write a ledger as JSON, the same text for the same ledger."""
    return json.dumps(
        {
            "publications": [_publication_as_json(one) for one in ledger.publications],
            "closed": [_closed_as_json(one) for one in ledger.closed],
            "homes": dict(sorted(ledger.homes.items())),
        },
        ensure_ascii=False,
        separators=(",", ":"),
    )


def read_ledger(text: str) -> Ledger:
    """Read a ledger that ``write_ledger`` has written."""
    kept = json.loads(text)
    return Ledger(
        publications=tuple(
            Publication(
                measure=one["measure"],
                unit=Unit[one["unit"]],
                axes={name: _read_groups(groups) for name, groups in one["axes"].items()},
                values={tuple(labels): value for labels, value in one["values"]},
            )
            for one in kept["publications"]
        ),
        closed=tuple(
            Closed(
                measure=one["measure"],
                axes=tuple(one["axes"]),
                atoms=frozenset(tuple(atom) for atom in one["atoms"]),
                count=one["count"],
                amount=one["amount"],
            )
            for one in kept["closed"]
        ),
        homes=kept["homes"],
    )


def _publication_as_json(publication: Publication) -> dict[str, object]:
    return {
        "measure": publication.measure,
        "unit": publication.unit.name,
        # Labels stand in the order of the page, leaves have none.
        "axes": {
            name: {label: sorted(leaves) for label, leaves in groups.items()}
            for name, groups in publication.axes.items()
        },
        "values": list(publication.values.items()),
    }


def _closed_as_json(closed: Closed) -> dict[str, object]:
    return {
        "measure": closed.measure,
        "axes": closed.axes,
        "atoms": sorted(closed.atoms),
        "count": closed.count,
        "amount": closed.amount,
    }


def _read_groups(groups: dict[str, list[str]]) -> Groups:
    return {label: frozenset(leaves) for label, leaves in groups.items()}
