"""The shape of what people enter about motions and votes."""
