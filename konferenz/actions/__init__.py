"""Deeds of the ground, one module per noun."""
