"""Bugs that are planted on purpose, each by dropping one guard: the tests must notice every one of them.

`make planted` writes each into a copy of the working tree, runs the tests of that part of the product there,
and prints who noticed. It ends with 1 when a bug lives. A test keeps this list true to the code.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter

from app.config import PROJECT_ROOT

NOTICED, NO_TESTS_RAN = 1, 5  # how pytest ends
POSTGRESQL = "--databases=postgresql"
SQLITE = "--databases=sqlite"
_CLAIMS = "tests/faults/test_webhook_endpoints.py::test_a_result_counts_only_while_its_claim_holds"


@dataclass(frozen=True, slots=True)
class Bug:
    """`guard` stands once in `file`; with `instead` in its place it does not guard. Noticed by `tests`."""

    name: str
    file: str
    guard: str
    instead: str
    tests: tuple[str, ...]

    @property
    def fault(self) -> str | None:
        """What is wrong with this entry itself."""
        times = (PROJECT_ROOT / self.file).read_text().count(self.guard)
        missing = [test for test in self.tests if not test.startswith("--") and not _exists(test)]
        if times != 1:
            return f"{self.name}: the guard stands {times} times in {self.file}"
        return f"{self.name}: no {missing}" if missing else None


def _exists(test: str) -> bool:
    return (PROJECT_ROOT / test.partition("::")[0]).exists()


BUGS = (
    # Planning
    Bug(
        "a location that is off serves",
        "app/domain/checks.py",
        "return not look.location.is_active",
        "return False",
        ("tests/domain/test_checks.py",),
    ),
    Bug(
        "a location that refused is asked again",
        "app/domain/checks.py",
        "return look.refused",
        "return False",
        ("tests/domain/test_checks.py",),
    ),
    Bug(
        "a full quota does not count",
        "app/domain/checks.py",
        "return location.max_quota - location.quota <= 0",
        "return location.max_quota - location.quota < 0",
        ("tests/domain/test_checks.py",),
    ),
    Bug(
        "a report of missing stock holds nothing",
        "app/domain/checks.py",
        "return look.discrepancy",
        "return False",
        ("tests/domain/test_checks.py",),
    ),
    Bug(
        "reserved units are free",
        "app/domain/checks.py",
        "return (self.stock_count or 0) - self.reservation_count",
        "return self.stock_count or 0",
        ("tests/domain/test_checks.py",),
    ),
    Bug(
        "two plannings at once do not wait for each other",
        "app/services/planning.py",
        "        order_locks.lock_for_planning(work, order_id)\n",
        "",
        ("tests/services/test_plannings_at_once.py", POSTGRESQL),
    ),
    Bug(
        "a cause is not looked at again when a fact changes",
        "app/services/planning.py",
        "    work.touch(product_ids=wanted.keys())\n",
        "",
        (
            "tests/services/test_planning.py",
            "tests/services/test_triage.py",
            "tests/services/test_remedies.py",
        ),
    ),
    Bug(
        "a remedy that is out of date is carried out",
        "app/services/remedies.py",
        "    if remedy is None:\n        raise _no_remedy(package_id)\n",
        "    remedy = remedy or findings.remedies[0]\n",
        ("tests/services/test_remedies.py",),
    ),
    Bug(
        "a failed inner act is stored all the same",
        "app/services/unit_of_work.py",
        "        work.failed = True\n        raise\n",
        "        raise\n",
        ("tests/services/test_unit_of_work.py",),
    ),
    Bug(
        "only the first of many unmarked packages are marked",
        "app/services/causes.py",
        "if len(unmarked) > UNMARKED_READ_FIRST:",
        "if False:",
        ("tests/services/test_planning.py", SQLITE),
    ),
    # Stock and reservations
    Bug(
        "a reservation is released again",
        "app/services/reservations.py",
        "    .where(IS_HELD)\n    .values(",
        "    .values(",
        ("tests/services/test_reservations.py", "tests/services/test_releases_at_once.py", POSTGRESQL),
    ),
    Bug(
        "feeds of one product do not wait for each other",
        "app/services/stock.py",
        "        work.lock_stock(skus=skus)\n",
        "",
        ("tests/services/test_stock_feed.py", "tests/services/test_writers_at_once.py", POSTGRESQL),
    ),
    Bug(
        "a command is carried out in any state",
        "app/domain/packages.py",
        "    if state not in rule.states:\n",
        "    if False:\n",
        ("tests/domain/test_package_commands.py",),
    ),
    Bug(
        "a refusal needs no reason",
        "app/services/packages.py",
        "    if RULE_OF[command].needs_reason and reason is None:\n",
        "    if False:\n",
        ("tests/services/test_package_commands.py",),
    ),
    Bug(
        "items of another package can be named",
        "app/services/packages.py",
        "    if not chosen or len(chosen) < len(set(package_item_ids)):\n",
        "    if not chosen:\n",
        ("tests/services/test_package_commands.py", "tests/api/test_package_commands.py"),
    ),
    # Webhooks
    Bug(
        "a result is written by whoever lost the claim",
        "app/services/webhook_results.py",
        "event is not None and event.lease_token == report.token",
        "event is not None",
        (_CLAIMS, SQLITE),
    ),
    Bug(
        "an event is claimed twice",
        "app/services/webhook_claims.py",
        "        _events.lease_token.is_(None),\n",
        "",
        (_CLAIMS, SQLITE),
    ),
    Bug(
        "private addresses are sent to",
        "app/domain/webhook_targets.py",
        "    if any(is_inward(address) for address in addresses):\n        return INWARD\n",
        "",
        ("tests/domain/test_webhook_targets.py",),
    ),
    Bug(
        "an answer is kept whole",
        "app/domain/webhook_excerpts.py",
        "    return body[:LONGEST_EXCERPT]\n",
        "    return body\n",
        ("tests/domain/test_webhooks.py", "tests/faults/test_webhook_receivers.py", SQLITE),
    ),
    Bug(
        "a secret that a receiver echoes is kept",
        "app/domain/webhook_excerpts.py",
        "        body = body.replace(form, MASK.encode())\n",
        "        pass\n",
        ("tests/domain/test_webhooks.py", "tests/access/test_canaries_outside.py", SQLITE),
    ),
    Bug(
        "a failing webhook is never switched off",
        "app/services/webhook_results.py",
        "if reason is not None and webhook.is_active and webhook.deleted_date is None:",
        "if False:",
        ("tests/services/test_outbox.py", "tests/faults/test_webhook_endpoints.py", SQLITE),
    ),
    # Upstream
    Bug(
        "an older version is laid over a newer one",
        "app/services/upstream_orders.py",
        "    if version is not None and whole.summary.modified_date < version:\n",
        "    if False:\n",
        ("tests/services/test_upstream_sync.py", SQLITE),
    ),
    Bug(
        "redirects of the upstream are followed",
        "app/clients/omnitron_http.py",
        "allow_redirects=False",
        "allow_redirects=True",
        ("tests/services/test_omnitron_client.py",),
    ),
    Bug(
        "orders that may not come in are let in",
        "app/services/upstream_orders.py",
        "    if refused:\n",
        "    if False:\n",
        ("tests/services/test_upstream_sync.py", "tests/web/test_upstream_pages.py", SQLITE),
    ),
    # Access
    Bug(
        "a page is open to every role",
        "app/web/access.py",
        "    if audience is None or not audience.includes(current_user.role):\n",
        "    if audience is None:\n",
        ("tests/web/test_access.py", SQLITE),
    ),
    Bug(
        "managers see packages of all stores",
        "app/queries/visibility.py",
        "return [] if own is None else [Package.id.in_(_package_ids(own, Package.id))]",
        "return []",
        ("tests/access/test_matrix.py", SQLITE),
    ),
    Bug(
        "managers see reservations of all stores",
        "app/queries/visibility.py",
        "return [] if own is None else [Reservation.stock_location_id.in_(sorted(own))]",
        "return []",
        ("tests/access/test_matrix.py", SQLITE),
    ),
    Bug(
        "managers see reports of all stores",
        "app/queries/visibility.py",
        "return [] if own is None else [InventoryDiscrepancy.stock_location_id.in_(sorted(own))]",
        "return []",
        ("tests/access/test_matrix.py", SQLITE),
    ),
    Bug(
        "a token for reading writes",
        "app/api/authentication.py",
        "if bearer.role not in roles or (scope is Scope.WRITE and bearer.scope != Scope.WRITE):",
        "if bearer.role not in roles:",
        ("tests/api/test_manners.py", SQLITE),
    ),
    Bug(
        "the last administrator is switched off",
        "app/services/users.py",
        '        raise Refused("last_administrator")\n',
        "        return\n",
        ("tests/web/test_administration.py", SQLITE),
    ),
    Bug(
        "sessions outlive a new password",
        "app/services/users.py",
        'values = {"password_hash": passwords.hashed(password), "session_key": _session_key()}',
        'values = {"password_hash": passwords.hashed(password)}',
        ("tests/services/test_users.py", "tests/web/test_sign_in.py", SQLITE),
    ),
    Bug(
        "signing in leads to any site",
        "app/web/auth.py",
        'return wanted if _is_local(wanted) else url_for("overview.show")',
        'return wanted or url_for("overview.show")',
        ("tests/web/test_sign_in.py", SQLITE),
    ),
    Bug(
        "a session keeps what a stranger put into it",
        "app/web/auth.py",
        "    session.clear()  # nothing that was put into the session before belongs to this person\n",
        "",
        ("tests/web/test_sign_in.py", SQLITE),
    ),
    # Secrets and output
    Bug(
        "secrets are stored as they are",
        "app/services/channel_secrets.py",
        "    return ENCRYPTED_PREFIX + token\n",
        "    return str(value)\n",
        ("tests/services/test_master_data.py", "tests/access/test_canaries.py", SQLITE),
    ),
    Bug(
        "values under unknown keys are shown",
        "app/domain/redaction.py",
        "    return key in SHOWN_KEYS or _SHOWN_PATTERN.fullmatch(key) is not None\n",
        "    return True\n",
        ("tests/domain/test_redaction.py",),
    ),
    Bug(
        "cells of a file are run by a spreadsheet",
        "app/web/csv_cells.py",
        '        return f"\'{cell}"\n',
        "        return cell\n",
        ("tests/web/test_csv_exports.py", SQLITE),
    ),
    Bug(
        "pages may be framed",
        "app/security_headers.py",
        "        .frame_ancestors(\"'none'\")\n",
        "",
        ("tests/platform/test_headers.py", SQLITE),
    ),
    # Input
    Bug(
        "a key may stand twice in a body",
        "app/services/strict_json.py",
        "    if len(found) < len(pairs):\n",
        "    if False:\n",
        ("tests/api/test_bad_bodies.py", SQLITE),
    ),
    Bug(
        "a body may be nested without end",
        "app/services/strict_json.py",
        "        if depth > MAX_DEPTH:\n",
        "        if False:\n",
        ("tests/api/test_bad_bodies.py", SQLITE),
    ),
    Bug(
        "half a world script is stored",
        "app/services/world_scripts.py",
        "        raise _bad_line(line, error) from error\n",
        "        return\n",
        ("tests/world/test_bad_lines.py", "tests/world/test_load.py", SQLITE),
    ),
)


def main() -> int:
    """Plant each bug and say who noticed; how many lived is told, and 0 means none."""
    wanted = sys.argv[1:]
    bugs = [bug for bug in BUGS if not wanted or any(one in bug.name for one in wanted)]
    with tempfile.TemporaryDirectory(prefix="stocktrace-planted-") as folder:
        tree = Path(folder) / "tree"
        _copy(tree)
        lived = [bug.name for bug in bugs if not _is_noticed(bug, tree)]
    print(f"\n{len(bugs)} bugs planted, {len(bugs) - len(lived)} noticed.")
    for name in lived:
        print(f"  lives: {name}")
    return 1 if lived else 0


def _copy(tree: Path) -> None:
    """What is in version control, as it is now, with what is not committed yet."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=PROJECT_ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (PROJECT_ROOT / name).is_file():
            (tree / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT_ROOT / name, tree / name)


def _is_noticed(bug: Bug, tree: Path) -> bool:
    file, begun = tree / bug.file, perf_counter()
    whole = file.read_text()
    file.write_text(whole.replace(bug.guard, bug.instead))
    try:
        command = [sys.executable, "-m", "pytest", "-x", "-n", "0", "--no-header", *bug.tests]
        ended = subprocess.run(command, cwd=tree, env=_environment(), capture_output=True, text=True)
    finally:
        file.write_text(whole)
    if ended.returncode not in (0, NOTICED):
        raise SystemExit(f"{bug.name}: the tests did not run\n{ended.stdout}{ended.stderr}")
    is_noticed = ended.returncode == NOTICED
    by = next((line for line in ended.stdout.splitlines() if line.startswith(("FAILED", "ERROR"))), "")
    print(
        f"{'noticed' if is_noticed else 'LIVES  '}  {perf_counter() - begun:5.1f} s  {bug.name}", flush=True
    )
    if is_noticed:
        print(f"                   {by.split(' - ')[0][:110]}", flush=True)
    return is_noticed


def _environment() -> dict[str, str]:
    """Like ours, but nothing of the working tree is imported, and no bytecode outlives its bug."""
    return {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}


if __name__ == "__main__":
    sys.exit(main())
