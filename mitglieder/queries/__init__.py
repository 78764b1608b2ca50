"""Reads for one page or one job; each a constant number of queries."""
