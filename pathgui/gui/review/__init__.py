"""Review: the queue, the decision, metrics against the cohort, the report as PDF."""
