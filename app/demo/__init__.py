"""The demo world: one believable month of an imaginary retailer, as a world script made from a seed number.

Nothing here reads the clock or touches the database: it makes lines, and the ordinary loader loads them.
"""
