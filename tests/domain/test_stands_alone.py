"""The domain needs nothing but Python: it is imported and asked where every installed package is refused."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent

ALONE = """
import pkgutil, sys, types
from importlib import import_module

class OnlyPython:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] not in {"app", *sys.stdlib_module_names}:
            raise ImportError(f"{name} is not part of Python")

sys.meta_path.insert(0, OnlyPython())
# app/__init__.py puts the web application together; a domain that stands alone does not need it.
app = sys.modules["app"] = types.ModuleType("app")
app.__path__ = ["app"]
import app.domain

for module in pkgutil.walk_packages(app.domain.__path__, "app.domain."):
    import_module(module.name)
print(len([name for name in sys.modules if name.startswith("app.")]))
print(sorted({name.split(".")[0] for name in sys.modules} & {"flask", "sqlalchemy", "werkzeug", "jinja2"}))
"""


def test_the_domain_is_imported_where_nothing_is_installed() -> None:
    done = subprocess.run(
        [sys.executable, "-c", ALONE], cwd=ROOT, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    modules, foreign = done.stdout.splitlines()
    assert int(modules) > 25
    assert foreign == "[]"
