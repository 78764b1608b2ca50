"""The ground of the house. It imports no app above it."""

from .celery import app as celery_app

__all__ = ["celery_app"]
