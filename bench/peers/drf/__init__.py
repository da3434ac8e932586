"""Peer (a): Django REST framework with nested ModelSerializers, on the product's tables."""
