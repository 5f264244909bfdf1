"""The window: everything Qt is in this room."""
