"""What most tests of pages start from. A file with other needs has a fixture of the same name."""

from __future__ import annotations

import pytest
from flask import Flask

from tests import builders
from tests.pages import PageClient
from tests.shops import Shop, a_shop


@pytest.fixture
def desk(app: Flask, db_session: object) -> PageClient:
    """An operator, signed in."""
    return PageClient(app, builders.a_user().session_key)


@pytest.fixture
def shop(db_session: object) -> Shop:
    """The shop, with no order yet."""
    return a_shop()
