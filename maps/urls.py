"""Addresses of the maps: numbers and days only, never a name, an address or a point."""

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from maps import views
from maps.downloads import ROUTE_FORMATS


class IsoDay(StringConverter):
    """A day written 2026-08-12."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"


class RouteFormat(StringConverter):
    """One of the formats in which a round leaves the house."""

    regex = "|".join(ROUTE_FORMATS)


register_converter(IsoDay, "day")
register_converter(RouteFormat, "route_format")

app_name = "maps"
urlpatterns = [
    path("jour/", views.show_day, name="day"),
    path("plans/<int:plan_id>/carte.geojson", views.draw_plan_on_map, name="plan_on_map"),
    path("plans/<int:plan_id>/plan.geojson", views.download_plan, name="download_plan"),
    path("tournees/<int:route_id>/tournee.pdf", views.print_route, name="print_route"),
    path("tournees/<int:route_id>/tournee.<route_format:extension>", views.download_route, name="download_route"),
    path("vacants/<day:day>/carte.geojson", views.draw_vacant_homes_on_map, name="vacant_on_map"),
    path("arrets/<int:stop_id>/detail", views.show_stop, name="stop_detail"),
    path("ecartes/<int:omission_id>/detail", views.show_omission, name="omission_detail"),
    path("vacants/<day:day>/<int:absence_id>/detail", views.show_vacant_home, name="home_detail"),
    path("aide/<slug:name>/", views.show_guide_page, name="guide"),
    path("tuiles/fond/<int:z>/<int:x>/<int:y>.mvt", views.send_ground_tile, name="ground_tile"),
    path("tuiles/secteurs/<day:day>/<int:z>/<int:x>/<int:y>.mvt", views.send_sector_tile, name="sector_tile"),
]
