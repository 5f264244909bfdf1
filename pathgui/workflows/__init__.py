"""What a person does with a cohort: one file per action."""
