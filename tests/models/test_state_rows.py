"""The rows that migrations put into `content_types` and `states`."""

import pytest
from sqlalchemy import select

from app import databases, models
from app.domain.states import APP_LABEL, STATE_NAMES, RecordKind
from app.extensions import db
from app.models.state_rows import fill_state_rows

pytestmark = pytest.mark.usefixtures("db_session")


def test_every_kind_of_record_is_a_content_type() -> None:
    rows = db.session.execute(
        select(models.ContentType.app_label, models.ContentType.model).order_by(models.ContentType.id)
    )
    assert [tuple(row) for row in rows] == [(APP_LABEL, kind.value) for kind in RecordKind]


def test_every_state_has_its_row_with_both_translations() -> None:
    rows = db.session.execute(
        select(models.State, models.ContentType.model)
        .join(models.ContentType, models.ContentType.id == models.State.content_type_id)
        .order_by(models.State.id)
    ).all()
    assert [(model, row.enum_class, row.enum_value, row.name, row.translations) for row, model in rows] == [
        (name.kind, name.enum_class, name.enum_value, name.english, name.translations) for name in STATE_NAMES
    ]
    assert all(row.config == {} for row, _model in rows)


def test_filling_again_adds_nothing() -> None:
    before = db.session.scalars(select(models.State.id)).all()
    options = databases.write_options(db.engine.dialect.name)
    with db.engine.connect().execution_options(**options) as connection, connection.begin():
        fill_state_rows(connection)
    assert db.session.scalars(select(models.State.id)).all() == before
