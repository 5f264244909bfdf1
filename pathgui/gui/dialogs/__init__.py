"""Dialogs: each asks one thing and names its buttons by their effect."""
