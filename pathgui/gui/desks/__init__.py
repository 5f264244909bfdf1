"""Desks: what the window does when an action is triggered, by the user's nouns."""
