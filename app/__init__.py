"""Stocktrace: where every order line is served from, and why the others are not."""
