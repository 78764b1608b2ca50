"""What Celery calls."""
