"""Addresses of meetings, papers and dispatch."""

from django.urls import URLPattern

app_name = "sitzungen"
urlpatterns: list[URLPattern] = []
