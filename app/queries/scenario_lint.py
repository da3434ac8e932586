"""What is odd about scenarios and locations as they are set, or as they would be after an edit."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from app.domain.diagnosis.lint import IDLE_AFTER, Finding, lint
from app.domain.diagnosis.replay import Settings
from app.domain.facts import World
from app.queries import worlds
from app.queries.triage import served_lately


def present_settings() -> Settings:
    """Scenarios and locations as they are set."""
    reference = worlds.reference()
    return Settings({one.erp_code: one for one in reference.locations.values()}, reference.scenarios)


def lint_settings(settings: Settings, now: datetime) -> Sequence[Finding]:
    """Every oddity of scenarios, rules and locations; orders are not asked."""
    world = World(seen_at=now, locations=settings.locations, scenarios=settings.scenarios)
    return lint(world, (), served_lately(now - IDLE_AFTER))
