"""Steps shared by several deeds on votes and motions."""
