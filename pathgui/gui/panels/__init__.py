"""The panels round the tables, and the pages of the tabs."""
