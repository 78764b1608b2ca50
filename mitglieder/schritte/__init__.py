"""Steps that several deeds on people share; each raises outside a transaction."""
