"""create_app(): puts the application together. Wiring only; each part is explained where it lives."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2 import StrictUndefined
from prometheus_client import CollectorRegistry
from prometheus_flask_exporter import PrometheusMetrics

from app import compression, config, databases, error_pages, jobs, logs, security_headers, static_files
from app.extensions import babel, csrf, db, limiter, login_manager, migrate
from app.page_templates import PageTemplates
from app.sessions import PageSessions


class Application(Flask):
    """Flask without a look at each function whether it must be waited for: none of ours is a coroutine."""

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """The function as it is."""
        return func


def create_app(overrides: Mapping[str, Any] | None = None) -> Flask:
    """The application, set from the environment.

    `overrides` win over it, by the same names; INSTANCE_PATH, and any other name that Flask or an extension
    knows, may be given there too. Raises config.ConfigurationError for a setting that cannot be used.
    """
    overrides = dict(overrides or {})
    instance_path = Path(overrides.pop("INSTANCE_PATH", config.INSTANCE_PATH))
    settings = config.read_settings(overrides=overrides, instance_path=instance_path)
    app = _flask(instance_path, settings, overrides)
    logs.configure()
    logs.install(app)
    _connect_database(app, settings)
    _bind_extensions(app)
    _build_queue(app, settings)
    _register_routes(app)
    compression.install(app)
    headers = security_headers.install(app, settings)
    static_files.install(app, headers)
    return app


def _flask(instance_path: Path, settings: config.Settings, overrides: Mapping[str, Any]) -> Flask:
    app = Application(
        __name__,
        instance_path=str(instance_path),
        template_folder="../templates",
        static_folder="../static",
    )
    app.config.from_mapping(config.as_flask_config(settings))
    setting_names = {name.upper() for name in config.Settings.__dataclass_fields__}
    app.config.from_mapping({name: value for name, value in overrides.items() if name not in setting_names})
    app.extensions["settings"] = settings
    app.session_interface = PageSessions()
    app.jinja_environment = PageTemplates
    # A misspelt name in a template fails in the tests instead of showing nothing to a person.
    app.jinja_env.undefined = StrictUndefined
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    return app


def _connect_database(app: Flask, settings: config.Settings) -> None:
    app.config.setdefault("SQLALCHEMY_ENGINE_OPTIONS", {})
    options = databases.engine_options(settings.database_url) | app.config["SQLALCHEMY_ENGINE_OPTIONS"]
    app.config["SQLALCHEMY_ENGINE_OPTIONS"] = options
    database_file = databases.file_of(settings.database_url)
    if database_file:
        database_file.parent.mkdir(parents=True, exist_ok=True)
    db.init_app(app)
    app.extensions["write_turn"] = threading.Lock() if database_file else None
    with app.app_context():
        databases.prepare(db.engine)


def _bind_extensions(app: Flask) -> None:
    migrate.init_app(app, db, directory=str(config.PROJECT_ROOT / "migrations"), render_as_batch=True)
    login_manager.init_app(app)
    csrf.init_app(app)
    limiter.init_app(app)
    # Every limit of ours is on a function, so there is nothing to check before each request.
    app.before_request_funcs[None].remove(limiter._check_request_limit)
    babel.init_app(app)
    registry = CollectorRegistry()
    PrometheusMetrics(app, path="/metrics", registry=registry, group_by="url_rule", default_labels=None)


def _build_queue(app: Flask, settings: config.Settings) -> None:
    huey = jobs.build_queue(settings.queue_url)
    jobs.register(huey, app)
    app.extensions["queue"] = huey


def _register_routes(app: Flask) -> None:
    # Pages import models through the services, and these import this package: hence not at the top.
    from app import api, cli, web
    from app.demo import omnitron_orders, picture_page

    web.register(app)
    api.register(app)
    app.register_blueprint(picture_page.pictures)
    app.extensions["pull_suggestions"] = omnitron_orders.of_present_demo
    cli.register(app)
    error_pages.install(app)
