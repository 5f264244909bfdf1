"""Quality control of a cohort: decisions, who made them, metrics, report."""
