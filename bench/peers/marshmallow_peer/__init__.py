"""Peer (b): Flask-SQLAlchemy with selectinload and marshmallow, on the product's tables."""
