"""Letters about votes and motions, one module per letter."""
