"""Addresses of people, regions and operation."""

from django.urls import URLPattern

app_name = "mitglieder"
urlpatterns: list[URLPattern] = []
