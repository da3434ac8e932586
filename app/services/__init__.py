"""Writes: one function an act, with its facts and its audit entry. No act commits; unit_of_work.py does."""
