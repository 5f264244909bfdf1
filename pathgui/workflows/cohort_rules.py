"""Rules that hold for all slides of a cohort."""

from collections.abc import Mapping

from pathgui.errors import ProjectError
from pathgui.project import Project


def cohort_mpp(project: Project, cohort: str) -> float | None:
    """The µm per pixel that ``[defaults.mpp]`` gives to a cohort."""
    rules = project.config.defaults.get("mpp", {})
    value = rules.get(cohort) if isinstance(rules, Mapping) else None
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or value <= 0:
        raise ProjectError(
            f"pathgui.toml gives cohort {cohort} an mpp of {value!r}",
            "write a positive number of µm per pixel under [defaults.mpp]",
        )
    return float(value)
