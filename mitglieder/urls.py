"""Addresses of people, regions and operation."""

from django.urls import path, register_converter

from .views import betrieb, einlesen, person, region, sitz, verteiler, zugang


class KuerzelConverter:
    """A region in an address: its Kürzel in lower case."""

    regex = "[a-z]{2,8}"

    def to_python(self, value: str) -> str:
        return value.upper()

    def to_url(self, value: str) -> str:
        return value.lower()


register_converter(KuerzelConverter, "kuerzel")

app_name = "mitglieder"
urlpatterns = [
    path("zugang/<str:token>/", zugang.zugang, name="zugang"),
    path("konto/", betrieb.konto, name="konto"),
    # mitglieder/: seats, people
    path("mitglieder/", sitz.mitglied_list, name="mitglied-list"),
    path("mitglieder/personen/", person.person_list, name="person-list"),
    path("mitglieder/neu/", person.person_create, name="person-create"),
    path("mitglieder/einlesen/", einlesen.import_upload, name="import"),
    path("mitglieder/einlesen/speichern/", einlesen.import_confirm, name="import-confirm"),
    path("mitglieder/einlesen/vorlage.csv", einlesen.import_vorlage, {"typ": "csv"}, name="import-vorlage-csv"),
    path("mitglieder/einlesen/vorlage.xlsx", einlesen.import_vorlage, {"typ": "xlsx"}, name="import-vorlage-xlsx"),
    path("mitglieder/<uuid:uuid>/", person.person_detail, name="person-detail"),
    path("mitglieder/<uuid:uuid>/bearbeiten/", person.person_edit, name="person-edit"),
    path("mitglieder/<uuid:uuid>/einladen/", person.person_invite, name="person-invite"),
    path("mitglieder/<uuid:uuid>/einladung-zurueckziehen/", person.person_revoke, name="person-revoke"),
    path("mitglieder/<uuid:uuid>/deaktivieren/", person.person_deactivate, name="person-deactivate"),
    path("mitglieder/<uuid:uuid>/aktivieren/", person.person_reactivate, name="person-reactivate"),
    path("mitglieder/<uuid:uuid>/funktion/", person.funktion_start, name="funktion-start"),
    path("mitglieder/<uuid:person__uuid>/funktionen/<slug:art>/beenden/", person.funktion_end, name="funktion-end"),
    # sitze/
    path("sitze/<uuid:uuid>/", sitz.sitz_detail, name="sitz-detail"),
    path("sitze/<uuid:uuid>/besetzen/", sitz.mandat_start, name="mandat-start"),
    path("sitze/<uuid:uuid>/stellvertretung/", sitz.stellvertretung_start, name="stellvertretung-start"),
    path("mandate/<uuid:uuid>/wahl/", sitz.mandat_elect, name="mandat-elect"),
    path("mandate/<uuid:uuid>/beenden/", sitz.mandat_end, name="mandat-end"),
    path("stellvertretungen/<uuid:uuid>/beenden/", sitz.stellvertretung_end, name="stellvertretung-end"),
    # regionen/
    path("regionen/", region.region_list, name="region-list"),
    path("regionen/<kuerzel:kuerzel>/", region.region_detail, name="region-detail"),
    path("regionen/<kuerzel:kuerzel>/bearbeiten/", region.region_edit, name="region-edit"),
    path("regionen/<kuerzel:kuerzel>/einwohnerzahl/", region.einwohnerzahl_add, name="einwohnerzahl-add"),
    path("regionen/<kuerzel:kuerzel>/gemeinde/", region.gemeinde_add, name="gemeinde-add"),
    path(
        "regionen/<kuerzel:sozialregion__kuerzel>/gemeinden/<str:gemeinde__name>/beenden/",
        region.gemeinde_end,
        name="gemeinde-end",
    ),
    path("regionen/<kuerzel:kuerzel>/leitgremium/", region.leitgremium_edit, name="leitgremium-edit"),
    path("regionen/<kuerzel:kuerzel>/leitgremium/neu/", region.mitgliedschaft_start, name="mitgliedschaft-start"),
    path("mitgliedschaften/<uuid:uuid>/beenden/", region.mitgliedschaft_end, name="mitgliedschaft-end"),
    # verteiler/
    path("verteiler/", region.verteiler_list, name="verteiler-list"),
    path("verteiler/export.csv", region.verteiler_export, {"typ": "csv"}, name="verteiler-export-csv"),
    path("verteiler/export.xlsx", region.verteiler_export, {"typ": "xlsx"}, name="verteiler-export-xlsx"),
    path("verteiler/bestaetigung/", region.verteiler_bestaetigung, name="verteiler-bestaetigung"),
    path("verteiler/bestaetigung/ja/", region.verteiler_bestaetigen, name="verteiler-bestaetigen"),
    path("verteiler/bestaetigung/berichtigung/", region.verteiler_melden, name="verteiler-melden"),
    path("verteiler/bestaetigung/aufnehmen/", verteiler.aufnahme_propose, name="aufnahme-propose"),
    path(
        "verteiler/bestaetigung/<uuid:uuid>/berichtigen/", verteiler.berichtigung_propose, name="berichtigung-propose"
    ),
    path("verteiler/bestaetigung/<uuid:uuid>/entfernen/", verteiler.austritt_propose, name="austritt-propose"),
    path("verteiler/bestaetigung/<uuid:uuid>/zurueck/", verteiler.vorschlag_withdraw, name="vorschlag-withdraw"),
    path("verteiler/vorschlaege/", verteiler.vorschlag_list, name="vorschlag-list"),
    path("verteiler/vorschlaege/<uuid:uuid>/", verteiler.vorschlag_accept, name="vorschlag-accept"),
    path("verteiler/vorschlaege/<uuid:uuid>/ablehnen/", verteiler.vorschlag_decline, name="vorschlag-decline"),
    path("verteiler/bestaetigung/danke/", region.verteiler_danke, name="verteiler-danke"),
    path("verteiler/meldungen/<uuid:uuid>/erledigt/", region.meldung_close, name="meldung-close"),
    path("verteiler/<kuerzel:kuerzel>/anfragen/", region.verteiler_ask, name="verteiler-ask"),
    path("verteiler/<kuerzel:kuerzel>/bestaetigen/", region.verteiler_confirm, name="verteiler-confirm"),
    # the portal itself
    path("einrichten/", betrieb.einrichten, name="einrichten"),
    path("einrichten/testmail/", betrieb.testmail_send, name="testmail-send"),
    path("einstellungen/", betrieb.einstellungen_edit, name="einstellungen"),
    path("pflichtenheft/", betrieb.pflichtenheft, name="pflichtenheft"),
    path("journal/", betrieb.journal_list, name="journal-list"),
    path("betrieb/", betrieb.betrieb, name="betrieb"),
]
