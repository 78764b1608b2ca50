"""Addresses of meetings, papers and dispatch."""

from django.urls import URLPattern, path

from .views import herunterladen, kalender, lesen

app_name = "sitzungen"

# /sitzungen/…: the members' area
sitzung_lesen: list[URLPattern] = [
    path("sitzungen/", lesen.sitzung_list, name="sitzung-list"),
    path("sitzungen/<str:kennung>/", lesen.sitzung_detail, name="sitzung-detail"),
    path("sitzungen/<str:kennung>/termin.ics", kalender.sitzung_termin, name="sitzung-termin"),
    path("sitzungen/<str:kennung>/unterlagen.zip", herunterladen.sitzung_zip, name="sitzung-zip"),
    path("sitzungen/<str:kennung>/mappe.pdf", herunterladen.sitzung_mappe, name="sitzung-mappe"),
]

# /unterlagen/<uuid>/
unterlage: list[URLPattern] = [
    path("unterlagen/<uuid:uuid>/", herunterladen.unterlage_detail, name="unterlage-detail"),
    path("unterlagen/<uuid:uuid>/v<int:nr>/", herunterladen.unterlage_fassung, name="unterlage-fassung"),
]

# /kalender/
kalender_abo: list[URLPattern] = [
    path("kalender/", kalender.kalenderabo_detail, name="kalenderabo"),
    path("kalender/neu/", kalender.kalenderabo_start, name="kalenderabo-start"),
    path("kalender/beenden/", kalender.kalenderabo_end, name="kalenderabo-end"),
    path("kalender/<str:token>.ics", kalender.kalender_feed, name="kalender-feed"),
]

urlpatterns: list[URLPattern] = [*sitzung_lesen, *unterlage, *kalender_abo]
