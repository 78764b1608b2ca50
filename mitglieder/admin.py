"""For looking when something needs repair: everything read-only, since every change is a deed with a journal entry."""

from allauth.account.decorators import secure_admin_login
from django.contrib import admin

from . import models

admin.site.login = secure_admin_login(admin.site.login)  # /admin/ opens through the portal's own login and limits
admin.site.site_header = admin.site.site_title = "Sozialpräsidienkonferenz: Reparatur"
admin.site.index_title = "Nur zum Nachsehen"


class NurLesen(admin.ModelAdmin):
    """Shows, and does nothing."""

    def has_add_permission(self, request, obj=None):
        return False

    def has_change_permission(self, request, obj=None):
        return False

    def has_delete_permission(self, request, obj=None):
        return False


@admin.register(models.Person)
class PersonAdmin(NurLesen):
    list_display = ["nachname", "vorname", "email", "login", "is_active"]
    search_fields = ["nachname", "vorname", "email"]
    exclude = ["password"]


@admin.register(models.Zugangslink)
class ZugangslinkAdmin(NurLesen):
    list_display = ["person", "zweck", "created_at", "valid_until", "used_at", "revoked_at"]
    list_select_related = ["person"]
    exclude = ["token_hash"]


@admin.register(models.Mandat, models.Stellvertretung, models.Mitgliedschaft, models.Funktion)
class AmtAdmin(NurLesen):
    list_display = ["__str__", "von", "bis"]
    list_select_related = True


@admin.register(models.Sozialregion, models.Sitz, models.Leitgremium, models.Gemeinde, models.Einwohnerzahl)
class StammdatenAdmin(NurLesen):
    list_select_related = True
