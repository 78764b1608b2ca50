"""Motions and votes; the highest floor, it may import every other app."""

from django.apps import AppConfig


class AntraegeConfig(AppConfig):
    default_auto_field = "django.db.models.BigAutoField"
    name = "antraege"
    verbose_name = "Anträge"
