"""The rules of planning and diagnosis.

Standard library only: no Flask, no SQLAlchemy, no clock, no randomness.
"""
