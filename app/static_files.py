"""Static files: served compressed by WhiteNoise, kept by browsers for a year when asked for by version."""

from __future__ import annotations

import gzip
import hashlib
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs
from wsgiref.headers import Headers

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.responders import StaticFile

KEPT_SECONDS = 3600  # without a version
KEPT_BY_VERSION = "max-age=31536000, public, immutable"
VERSION_LENGTH = 12  # hexadecimal digits of the file's SHA-256
COMPRESSED_KINDS = {".css", ".js", ".svg", ".json", ".txt"}  # pictures and fonts are compressed already


class VersionedFiles(WhiteNoise):
    """WhiteNoise over files that do not change while the process runs.

    Compressed copies lie in `copies`, named by content, so that an old copy is never sent for a new file.
    """

    def __init__(self, application: Any, root: Path, copies: Path, headers: Mapping[str, str]) -> None:
        self.copies = copies
        self.fixed_headers = tuple(headers.items())
        self.versions: dict[str, str] = {}
        super().__init__(
            application, root=str(root), prefix="static", max_age=KEPT_SECONDS, allow_all_origins=False
        )

    def get_static_file(self, path: str, url: str, stat_cache: Any = None) -> StaticFile:
        content = Path(path).read_bytes()
        digest = hashlib.sha256(content).hexdigest()
        self.versions[url] = digest[:VERSION_LENGTH]
        headers = Headers([*self.fixed_headers, ("ETag", f'"{digest[:VERSION_LENGTH]}"')])
        self.add_mime_headers(headers, path, url)
        self.add_cache_headers(headers, path, url)
        return StaticFile(path, headers.items(), encodings={"gzip": str(self._copy(path, content, digest))})

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        version = self.versions.get(environ.get("PATH_INFO", ""))
        if version and version in parse_qs(environ.get("QUERY_STRING", "")).get("v", ()):
            start_response = _keeping(start_response)
        answer: Iterable[bytes] = super().__call__(environ, start_response)
        return answer

    def _copy(self, path: str, content: bytes, digest: str) -> Path:
        copy = self.copies / f"{digest}.gz"
        if Path(path).suffix in COMPRESSED_KINDS and not copy.exists():
            self.copies.mkdir(parents=True, exist_ok=True)
            draft = copy.with_suffix(f".{os.getpid()}")
            draft.write_bytes(gzip.compress(content, mtime=0))
            draft.replace(copy)
        return copy


def install(app: Flask, headers: Mapping[str, str]) -> None:
    """Serve the static folder before the application, and put each file's version into url_for('static', …).

    While debugging, files change under us: Flask then reads them anew each time.
    """
    if app.debug or not Path(app.static_folder or "").is_dir():
        return
    copies = Path(app.instance_path) / "compressed"
    files = VersionedFiles(app.wsgi_app, Path(app.static_folder or ""), copies, headers)
    app.wsgi_app = files  # type: ignore[method-assign]

    @app.url_defaults
    def add_version(endpoint: str, values: dict[str, Any]) -> None:
        version = files.versions.get(f"/static/{values.get('filename')}")
        if endpoint == "static" and version and "v" not in values:
            values["v"] = version


def _keeping(start_response: Callable[..., Any]) -> Callable[..., Any]:
    def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        if status.startswith(("200", "206", "304")):
            headers = [header for header in headers if header[0].lower() != "cache-control"]
            headers.append(("Cache-Control", KEPT_BY_VERSION))
        return start_response(status, headers, *rest)

    return start
