"""All addresses; the apps above are named as strings only."""

from django.urls import include, path

from konferenz import gestaltung, uebersicht, views

urlpatterns = [
    path("", uebersicht.uebersicht, name="uebersicht"),
    path("konto/", include("allauth.account.urls")),
    path("", include("mitglieder.urls")),
    path("", include("sitzungen.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("gestaltung/", gestaltung.gestaltung_show, name="gestaltung"),
]
