"""Settings of a small Django project: lasting connections, JSON only, tokens, throttling, no middleware."""

import os
import sys
from urllib.parse import urlsplit

import pysqlite3

# The same SQLite as everybody else in the bench.
sys.modules["sqlite3"] = pysqlite3
sys.modules["sqlite3.dbapi2"] = pysqlite3.dbapi2


def _database(url: str) -> dict[str, object]:
    if url.startswith("sqlite:///"):
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.removeprefix("sqlite:///")}
    from psycopg.conninfo import conninfo_to_dict

    given = conninfo_to_dict(urlsplit(url)._replace(scheme="postgresql").geturl())
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": given["dbname"],
        "USER": given.get("user", ""),
        "PASSWORD": given.get("password", ""),
        "HOST": given.get("host", ""),
        "PORT": given.get("port", ""),
    }


SECRET_KEY = "only-while-the-bench-runs"  # noqa: S105
DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1"]
INSTALLED_APPS = ["rest_framework", "bench.peers.drf"]
MIDDLEWARE: list[str] = []
ROOT_URLCONF = "bench.peers.drf.urls"
DATABASES = {"default": {**_database(os.environ["DATABASE_URL"]), "CONN_MAX_AGE": None}}
USE_TZ = True
TIME_ZONE = "UTC"
USE_I18N = False

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": ["bench.peers.drf.authentication.StoredTokenAuthentication"],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.IsAuthenticated"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_THROTTLE_CLASSES": ["rest_framework.throttling.UserRateThrottle"],
    # A second is the kindest: the throttle keeps the instants of that long in one pickled list.
    "DEFAULT_THROTTLE_RATES": {"user": "100000/second"},
    "DEFAULT_PAGINATION_CLASS": "bench.peers.drf.paging.Pages",
    "UNAUTHENTICATED_USER": None,
}
