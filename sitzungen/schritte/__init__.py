"""Steps that the deeds of several nouns share; each raises outside a transaction."""
