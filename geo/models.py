"""The ground of a commune: what stands where, as open data tells it.

Geometry is stored in WGS 84 (SRID 4326), points as (lon, lat); it is measured as geography or in
Lambert-93 (SRID 2154). Nothing here is about a person.
"""

from django.conf import settings
from django.contrib.gis.db import models
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db.models import Func, Q

from geo.errors import CommuneNotChosen, UnknownCommune

WGS84 = 4326
LAMBERT_93 = 2154


class CommuneQuerySet(models.QuerySet["Commune"]):
    def of_site(self, insee_code: str = "") -> "Commune":
        """Return the commune with this code, else the one of the settings, else the only one of the database.

        Raises
        ------
        UnknownCommune, CommuneNotChosen
            When the code is not in the database, or none is given and there is not exactly one commune.
        """
        code = insee_code or settings.COMMUNE_INSEE
        if code:
            try:
                return self.get(pk=code)
            except Commune.DoesNotExist as error:
                raise UnknownCommune(code) from error
        communes = list(self)
        if len(communes) != 1:
            raise CommuneNotChosen(sorted(commune.pk for commune in communes))
        return communes[0]


class Commune(models.Model):
    """One commune and its outline, from the boundary file named in ``source``."""

    insee_code = models.CharField(primary_key=True, max_length=5, validators=[RegexValidator(r"^[0-9AB]{5}$")])
    name = models.CharField(max_length=120)
    outline = models.MultiPolygonField(srid=WGS84)
    source = models.CharField(max_length=200)

    objects = CommuneQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="commune_insee_code_is_five_characters",
                condition=Q(insee_code__regex=r"^[0-9][0-9AB][0-9]{3}$"),
            ),
            models.CheckConstraint(name="commune_outline_is_valid", condition=Q(outline__isvalid=True)),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.insee_code})"


class StreetQuerySet(models.QuerySet["Street"]):
    def named(self) -> "StreetQuerySet":
        return self.exclude(name="")


class Street(models.Model):
    """One OpenStreetMap way that carries traffic, clipped to the commune (ODbL)."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="streets")
    osm_way = models.BigIntegerField()
    name = models.CharField(max_length=200, blank=True)
    highway = models.CharField(max_length=40)
    is_oneway = models.BooleanField(default=False)
    course = models.MultiLineStringField(srid=WGS84)

    objects = StreetQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(name="street_is_one_way_of_osm", fields=["commune", "osm_way"])]
        indexes = [models.Index(name="street_by_name", fields=["commune", "name"])]

    def __str__(self) -> str:
        return self.name or f"way/{self.osm_way}"


class Building(models.Model):
    """The outline of one building, from OpenStreetMap (ODbL); ``osm_id`` is way/… or relation/…."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="buildings")
    osm_id = models.CharField(max_length=40)
    outline = models.MultiPolygonField(srid=WGS84)

    class Meta:
        constraints = [models.UniqueConstraint(name="building_is_one_object_of_osm", fields=["commune", "osm_id"])]

    def __str__(self) -> str:
        return self.osm_id


class LandFeature(models.Model):
    """Water, green or rail for the basemap, a line or an area, from OpenStreetMap (ODbL)."""

    class Kind(models.TextChoices):
        WATER = "water", "Eau"
        GREEN = "green", "Espace vert"
        RAIL = "rail", "Voie ferrée"

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="land_features")
    osm_id = models.CharField(max_length=40)
    kind = models.CharField(max_length=10, choices=Kind)
    name = models.CharField(max_length=200, blank=True)
    shape = models.GeometryField(srid=WGS84)

    class Meta:
        constraints = [
            models.UniqueConstraint(name="land_feature_is_one_object_of_osm", fields=["commune", "osm_id", "kind"])
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.osm_id}"


class Address(models.Model):
    """One address by its official identifier.

    ``official_id`` is the interoperability key of the Base Adresse Nationale (``26362_0260_00012_bis``), shared by
    BAN and BAL files (Licence Ouverte), or ``osm:node/…`` for a house number known from OpenStreetMap only (ODbL).
    ``point`` is null where the file gives no position.
    """

    class Source(models.TextChoices):
        BAN = "ban", "Base Adresse Nationale"
        BAL = "bal", "Base Adresse Locale"
        OSM = "osm", "OpenStreetMap"

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="addresses")
    official_id = models.CharField(max_length=80, unique=True)
    source = models.CharField(max_length=3, choices=Source)
    house_number = models.CharField(max_length=20, blank=True)
    suffix = models.CharField(max_length=20, blank=True)
    street_name = models.CharField(max_length=200, blank=True)
    postcode = models.CharField(max_length=10, blank=True)
    city = models.CharField(max_length=120, blank=True)
    position_kind = models.CharField(max_length=40, blank=True)
    point = models.PointField(srid=WGS84, null=True, blank=True)

    class Meta:
        indexes = [models.Index(name="address_by_street", fields=["commune", "street_name"])]

    def __str__(self) -> str:
        number = f"{self.house_number} {self.suffix}".strip()
        return f"{number} {self.street_name}".strip()


class StreetName(models.Model):
    """The name of a street that has addresses, once, as it is searched; the database keeps it (``geo/sql``).

    ``searchable`` has no accents, case nor small words, and abbreviations written out; ``key`` leaves out « rue ».
    """

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, related_name="street_names")
    name = models.CharField(max_length=200)
    searchable = models.GeneratedField(
        expression=Func("name", function="public.geo_searchable"),
        output_field=models.TextField(),
        db_persist=True,
    )
    key = models.GeneratedField(
        expression=Func(Func("name", function="public.geo_searchable"), function="public.geo_street_key"),
        output_field=models.TextField(),
        db_persist=True,
    )

    class Meta:
        constraints = [models.UniqueConstraint(name="street_name_is_there_once", fields=["commune", "name"])]
        indexes = [
            GinIndex(name="street_name_by_likeness", fields=["key"], opclasses=["gin_trgm_ops"], fastupdate=False)
        ]

    def __str__(self) -> str:
        return self.name


class ImportRun(models.Model):
    """One completed import: which file, by its fingerprint, and what was taken and refused."""

    commune = models.ForeignKey(Commune, on_delete=models.CASCADE, null=True, related_name="import_runs")
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=255)
    file_sha256 = models.CharField(max_length=64)
    finished_at = models.DateTimeField(auto_now_add=True)
    added = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()
    removed = models.PositiveIntegerField()
    refused = models.JSONField(default=dict)

    def __str__(self) -> str:
        return f"{self.kind} {self.file_name}"
