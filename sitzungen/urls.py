"""Addresses of meetings, papers and dispatch."""

from django.urls import URLPattern, path

from .views import lesen

app_name = "sitzungen"

# /sitzungen/…: the members' area
sitzung_lesen: list[URLPattern] = [
    path("sitzungen/", lesen.sitzung_list, name="sitzung-list"),
    path("sitzungen/<str:kennung>/", lesen.sitzung_detail, name="sitzung-detail"),
]

urlpatterns: list[URLPattern] = [*sitzung_lesen]
