"""Addresses of the maps: numbers and days only, never a name, an address or a point."""

from django.urls import path, re_path, register_converter
from django.urls.converters import StringConverter

from maps.downloads import ROUTE_FORMATS
from maps.exports.sectors import SECTOR_FORMATS
from maps.review.files import CONTENT_TYPES
from maps.views import (
    addresses,
    day,
    density,
    density_checks,
    guide,
    homes,
    ogc,
    package,
    passages,
    published_density,
    reports,
    review,
    review_document,
    route_coverage,
    sectors,
    tiles,
    watch,
)


class IsoDay(StringConverter):
    """A day written 2026-08-12."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class RouteFormat(StringConverter):
    """One of the formats in which a round leaves the house."""

    regex = "|".join(ROUTE_FORMATS)


class SectorFormat(StringConverter):
    """One of the formats in which the sectors leave the house."""

    regex = "|".join(SECTOR_FORMATS)


class TableFormat(StringConverter):
    """One of the formats in which tables of figures leave the house."""

    regex = "|".join(CONTENT_TYPES)


register_converter(TableFormat, "table_format")
register_converter(IsoDay, "day")
register_converter(SectorFormat, "sector_format")
register_converter(RouteFormat, "route_format")

app_name = "maps"
urlpatterns = [
    path("logements/", homes.show_homes, name="homes"),
    path("veille/<uuid:key>/signaler/", watch.tell_about_home, name="tell_about_home"),
    path("jour/", day.show_day, name="day"),
    path("plans/<int:plan_id>/carte.geojson", day.draw_plan_on_map, name="plan_on_map"),
    path("plans/<int:plan_id>/passages/", day.show_new_passages, name="new_passages"),
    path("plans/<int:plan_id>/plan.geojson", day.download_plan, name="download_plan"),
    path("tournees/<int:route_id>/tournee.pdf", day.print_route, name="print_route"),
    path("tournees/<int:route_id>/tournee.<route_format:extension>", day.download_route, name="download_route"),
    path("vacants/<day:day>/carte.geojson", day.draw_vacant_homes_on_map, name="vacant_on_map"),
    path("arrets/<int:stop_id>/detail", day.show_stop, name="stop_detail"),
    path("ecartes/<int:omission_id>/detail", day.show_omission, name="omission_detail"),
    path("vacants/<day:day>/<int:absence_id>/detail", day.show_vacant_home, name="home_detail"),
    path("passages/<int:passage_id>/avis.pdf", passages.print_visit_notice, name="visit_notice"),
    path("logements/<int:absence_id>/releve.pdf", passages.print_statement, name="statement"),
    path("signalements/police/", reports.show_reports, name="reports"),
    path("signalements/police/carte.geojson", reports.draw_reports_on_map, name="reports_map"),
    path("signalements/police/<int:number>/detail", reports.show_report, name="report_detail"),
    path("adresses/chercher", addresses.find_addresses, name="find_addresses"),
    path("adresses/lieux", addresses.find_places, name="find_places"),
    path("aide/<slug:name>/", guide.show_guide_page, name="guide"),
    # Tools end the address of the service with a stroke or without, and follow no redirection with their token.
    re_path("^ogc/?$", ogc.show_landing, name="ogc_landing"),
    path("ogc/conformance", ogc.show_conformance, name="ogc_conformance"),
    path("ogc/api", ogc.show_api, name="ogc_api"),
    path("ogc/collections", ogc.list_collections, name="ogc_collections"),
    path("ogc/collections/<str:name>", ogc.show_collection, name="ogc_collection"),
    path("ogc/collections/<str:name>/items", ogc.list_features, name="ogc_items"),
    path("ogc/collections/<str:name>/items/<str:key>", ogc.show_feature, name="ogc_item"),
    path("densite/", density.show_density, name="density"),
    path("densite/carte.png", density.draw_density, name="density_picture"),
    path("densite/carte.html", density.download_density, name="density_file"),
    path("densite/evaluation/", density_checks.show_checks, name="density_checks"),
    path("densite/publiee/", published_density.show_published, name="published_density"),
    path("densite/publiee/<slug:quarter>/carte.html", published_density.download_published, name="published_file"),
    path("bilan/", review.show_figures, name="review"),
    path("bilan/couverture/", review.show_coverage, name="coverage"),
    path("bilan/tournees/", route_coverage.show_route_coverage, name="route_coverage"),
    path("bilan/tournees/tournees.csv", route_coverage.download_route_coverage, name="download_route_coverage"),
    path("bilan/<slug:period>/rapport.pdf", review_document.print_report, name="print_review"),
    path("bilan/<slug:period>/carte.html", review_document.download_map, name="review_map"),
    path("bilan/<slug:period>/bilan.<table_format:extension>", review.download_figures, name="download_review"),
    path("secteurs/<day:day>/secteurs.<sector_format:wanted>", sectors.download_sectors, name="download_sectors"),
    path("secteurs/<day:day>/carte.svg", sectors.draw_perimeters, name="draw_perimeters"),
    path("secteurs/<day:day>/carte-<int:number>.svg", sectors.draw_perimeters, name="draw_perimeter"),
    path("propositions/<int:key>/avant-apres-<int:rank>.svg", sectors.draw_change, name="draw_change"),
    path(
        "propositions/<int:key>/traces/<int:number>/avant-apres-<int:rank>.svg",
        sectors.draw_change,
        name="draw_saved_change",
    ),
    path("tuiles/fond/<int:z>/<int:x>/<int:y>.mvt", tiles.send_ground_tile, name="ground_tile"),
    path("tuiles/fond/commune.map", package.send_ground_package, name="ground_package"),
    path("tuiles/logements/<day:day>/<int:z>/<int:x>/<int:y>.mvt", homes.send_home_tile, name="home_tile"),
    path("tuiles/secteurs/<day:day>/<int:z>/<int:x>/<int:y>.mvt", tiles.send_sector_tile, name="sector_tile"),
]
