"""Loaded by pytest before anything else: tests run in test mode, whoever starts them."""

import os

import pytest
from hypothesis import HealthCheck, settings

from tests.properties import examples

# What a property says does not depend on how busy the machine is. In CI the same examples are tried each time, so that a
# red run speaks of the change; other examples are tried wherever else the tests are run.
settings.register_profile(
    "unhurried",
    max_examples=examples(100),
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
)
settings.load_profile("unhurried")

os.environ["VIGNETTE_MODE"] = "test"
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")  # Playwright's own event loop runs in the test's thread


def is_of_the_other_database(report: pytest.TestReport) -> bool:
    """Whether the skip says that only the other database can show it; each database has a run of its own."""
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else ""
    return "SQLite" in reason or "PostgreSQL" in reason


@pytest.hookimpl(trylast=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI no test is skipped but those that need the other database: no missing browser passes for a pass."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not os.environ.get("CI"):
        return
    skipped = [report for report in reporter.stats.get("skipped", []) if not is_of_the_other_database(report)]
    if skipped:
        reporter.write_line(f"{len(skipped)} tests were skipped, which CI does not accept", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
