"""The Flask extensions, made once and bound to the application in create_app(); configured elsewhere."""

from typing import Any

from flask_babel import Babel
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from flask_login import LoginManager
from flask_migrate import Migrate
from flask_sqlalchemy import SQLAlchemy
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import CursorResult, Executable, MetaData
from sqlalchemy.orm import DeclarativeBase

from app import clock

# Every constraint has a name, so that migrations can drop it on both databases.
NAMING_CONVENTION = {
    "ix": "ix_%(column_0_N_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """What every table class derives from; holds the metadata the migrations are compared with."""

    metadata = MetaData(naming_convention=NAMING_CONVENTION)


# The driver commits each read by itself (see app/databases.py); only the unit of work opens transactions.
db = SQLAlchemy(model_class=Base)
migrate = Migrate()
login_manager = LoginManager()
csrf = CSRFProtect()
limiter = Limiter(key_func=get_remote_address)
babel = Babel()


def seconds_throttled() -> int:
    """How long whoever has just reached a limit should wait, in whole seconds: at least one."""
    reached = limiter.current_limit
    return max(1, round(reached.reset_at - clock.now().timestamp())) if reached else 60


def run(statement: Executable, parameters: Any = None) -> CursorResult[*tuple[Any, ...]]:
    """One statement on tables, on the session's connection.

    `db.session.execute` looks for mapped classes first, which costs a tenth of a loaded world's time.
    """
    return db.session.connection().execute(statement, parameters)
