"""All addresses; the apps above are named as strings only."""

from allauth.account import views as konto
from django.contrib import admin
from django.urls import include, path, re_path

from konferenz import gestaltung, postausgang, uebersicht, views

# Exactly these of allauth's pages: no registration, and nobody but the office changes an address.
KONTO = [
    path("anmelden/", konto.login, name="account_login"),
    path("abmelden/", konto.logout, name="account_logout"),
    path("code/", konto.request_login_code, name="account_request_login_code"),
    path("code/eingeben/", konto.confirm_login_code, name="account_confirm_login_code"),
    path("gesperrt/", konto.account_inactive, name="account_inactive"),
    path("pruefen/", konto.reauthenticate, name="account_reauthenticate"),
    path("passwort/aendern/", konto.password_change, name="account_change_password"),
    path("passwort/setzen/", konto.password_set, name="account_set_password"),
    path("passwort/vergessen/", konto.password_reset, name="account_reset_password"),
    path("passwort/vergessen/gesandt/", konto.password_reset_done, name="account_reset_password_done"),
    path("passwort/neu/gesetzt/", konto.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^passwort/neu/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        konto.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("adresse/", konto.email_verification_sent, name="account_email_verification_sent"),
]

urlpatterns = [
    path("", uebersicht.uebersicht, name="uebersicht"),
    path("konto/", include(KONTO)),
    path("", include("mitglieder.urls")),
    path("", include("antraege.urls")),
    path("", include("sitzungen.urls")),
    path("healthz", views.healthz, name="healthz"),
    path("admin/", admin.site.urls),  # for repair only: mitglieder/admin.py
    path("gestaltung/", gestaltung.gestaltung_show, name="gestaltung"),
    # /postausgang/: only in the demo
    path("postausgang/", postausgang.postausgang_list, name="postausgang"),
    path("postausgang/<str:name>/", postausgang.postausgang_detail, name="postausgang-detail"),
    path("postausgang/<str:name>/html/", postausgang.postausgang_html, name="postausgang-html"),
    path("postausgang/<str:name>/beilage/<int:nr>/", postausgang.postausgang_beilage, name="postausgang-beilage"),
]
