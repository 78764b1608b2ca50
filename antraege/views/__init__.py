"""Pages of motions and votes, one module per job."""
