"""Geometry of what the portal draws: pure functions from facts to places, no clock, no settings, no HTML."""
