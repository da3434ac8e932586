"""How often the explanation names what was broken, on worlds whose labels know nothing of the explanation."""
