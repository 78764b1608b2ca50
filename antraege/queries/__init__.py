"""Reads over votes and motions, one module per page or job."""
