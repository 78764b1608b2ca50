"""HTTP entrances, one file per noun."""
