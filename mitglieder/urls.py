"""Addresses of people, regions and operation."""

from django.urls import path

from .views import zugang

app_name = "mitglieder"
urlpatterns = [
    path("zugang/<str:token>/", zugang.zugang, name="zugang"),
]
