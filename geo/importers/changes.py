"""The difference between what a file says and what the database holds, and its application with bulk writes."""

from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.contrib.gis.db.models.functions import AsWKB
from django.contrib.gis.geos import GEOSGeometry
from django.db import connection, models
from django.db.models import F
from psycopg import sql

from geo.models import WGS84

BATCH_ROWS = 2_000
EWKB_HAS_SRID = 0x20000000  # flag of PostGIS in the type of a WKB geometry

Values = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Table:
    """A table as an import sees it: which field identifies a row, and which field is its geometry.

    ``label`` is the French plural used in messages. Geometry travels as WKB bytes (SRID 4326), or None.
    """

    model: type[models.Model]
    label: str
    key: tuple[str, ...]
    geometry: str


@dataclass(frozen=True, kw_only=True)
class TableChanges:
    """What an import would do to one table, by primary key where the row exists."""

    table: Table
    added: list[Values]
    changed: Mapping[int, Values]
    removed: list[int]
    unchanged: int
    protected: list[int] = field(default_factory=list)

    @property
    def is_empty(self) -> bool:
        """Whether nothing would be written."""
        return not (self.added or self.changed or self.removed)


def compare(
    table: Table,
    existing: "models.QuerySet[Any]",
    wanted: Iterable[Values],
    *,
    removable: Mapping[str, Any] | None,
) -> TableChanges:
    """Compare wanted rows with existing ones, by the table's key.

    Parameters
    ----------
    existing
        The rows that the file can speak of.
    wanted
        Field values by name; a field that is not named is left as it is.
    removable
        Filter of the existing rows that go when the file no longer has them; None where none goes.

    Notes
    -----
    A row that another table protects (an address of an absence) is never removed, and reported as such.
    """
    wanted_rows = list(wanted)
    names = sorted({name for values in wanted_rows for name in values} | set(table.key))
    stored = dict(_read_rows(table, existing, names))
    known = {_key(table, values): pk for pk, values in stored.items()}
    added, changed, met = [], {}, set()
    for values in wanted_rows:
        pk = values.get("pk") or known.get(_key(table, values))
        if pk is None:
            added.append(values)
            continue
        met.add(pk)
        difference = {name: value for name, value in values.items() if name != "pk" and stored[pk][name] != value}
        if difference:
            changed[pk] = difference
    gone = (
        [] if removable is None else existing.filter(**removable).exclude(pk__in=met).values_list("pk", flat=True)
    )
    removed, protected = _without_protected(table.model, list(gone))
    return TableChanges(
        table=table,
        added=added,
        changed=changed,
        removed=removed,
        unchanged=len(met) - len(changed),
        protected=protected,
    )


def apply(changes: TableChanges, defaults: Values) -> None:
    """Write the changes; ``defaults`` completes the rows that are added. To be called inside a transaction.

    Geometry is little-endian WKB, as shapely and GEOS write it on every machine Ronde runs on.
    """
    model = changes.table.model
    model._default_manager.filter(pk__in=changes.removed).delete()
    _update(changes)
    _copy(changes.table, [{**defaults, **values} for values in changes.added])


def _copy(table: Table, rows: list[Values]) -> None:
    """Add rows by COPY: 38,000 rows of a Geneva suburb took 2 s, against 7 s of multi-row INSERTs."""
    if not rows:
        return
    fields = [field for field in table.model._meta.concrete_fields if not isinstance(field, models.AutoField)]
    columns = sql.SQL(", ").join([sql.Identifier(str(field.column)) for field in fields])
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(table.model._meta.db_table), columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for values in rows:
            copy.write_row([_as_column(values.get(field.name, field.get_default())) for field in fields])


def _as_column(value: Any) -> Any:
    """Turn a field's value into what COPY takes: keys of related rows, geometry as EWKB in hexadecimal."""
    if isinstance(value, models.Model):
        return value.pk
    if isinstance(value, bytes):
        kind = int.from_bytes(value[1:5], "little") | EWKB_HAS_SRID
        return (b"\x01" + kind.to_bytes(4, "little") + WGS84.to_bytes(4, "little") + value[5:]).hex()
    return value


def _update(changes: TableChanges) -> None:
    model = changes.table.model
    names = sorted({name for values in changes.changed.values() for name in values})
    rows = list(model._default_manager.filter(pk__in=changes.changed))
    for row in rows:
        for name, value in _as_fields(changes.table, changes.changed[row.pk]).items():
            setattr(row, name, value)
    if rows:
        # An upsert on the primary key: a bulk_update of 15,000 rows spends minutes in CASE … WHEN.
        model._default_manager.bulk_create(
            rows,
            batch_size=BATCH_ROWS,
            update_conflicts=True,
            unique_fields=[model._meta.pk.attname],
            update_fields=names,
        )


def _read_rows(
    table: Table, rows: "models.QuerySet[Any]", names: list[str]
) -> Iterable[tuple[int, dict[str, Any]]]:
    fields = [name for name in names if name != "pk"]
    columns = [AsWKB(name) if name == table.geometry else F(name) for name in fields]
    for pk, *values in rows.values_list("pk", *columns):
        found = dict(zip(fields, values, strict=True))
        if found.get(table.geometry) is not None:
            found[table.geometry] = bytes(found[table.geometry])
        yield pk, found


def _as_fields(table: Table, values: Values) -> dict[str, Any]:
    fields = {name: value for name, value in values.items() if name != "pk"}
    if fields.get(table.geometry) is not None:
        fields[table.geometry] = GEOSGeometry(memoryview(fields[table.geometry]), srid=WGS84)
    return fields


def _key(table: Table, values: Values) -> Hashable:
    return tuple(values[name] for name in table.key)


def _without_protected(model: type[models.Model], pks: list[int]) -> tuple[list[int], list[int]]:
    """Split primary keys into those that may go and those that a protecting foreign key refers to."""
    protected: set[int] = set()
    for relation in model._meta.related_objects:
        if relation.on_delete is models.PROTECT:
            field_name = relation.field.attname
            referring = relation.related_model._default_manager.filter(**{f"{field_name}__in": pks})
            protected.update(referring.values_list(field_name, flat=True))
    return [pk for pk in pks if pk not in protected], sorted(protected)
