"""Reads: one function a question, each with a fixed number of statements. The only builders of SELECTs."""
