"""The import of a table, step by step."""
