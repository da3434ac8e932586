"""The filter of the audit log offers each kind of object that entries are about, once and in order."""

from __future__ import annotations

from flask import Flask

from app.queries import audit
from tests import builders


def test_each_kind_is_found_once_and_in_order(app: Flask) -> None:
    with app.app_context():
        for kind in ("webhook", "order", "package", "order", "Batch"):
            builders.an_audit_entry(object_type=kind)
        assert audit.object_types() == ["Batch", "order", "package", "webhook"]


def test_an_empty_log_has_no_kinds(app: Flask) -> None:
    with app.app_context():
        assert audit.object_types() == []
