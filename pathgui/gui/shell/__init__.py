"""The main window: menus, toolbar, tabs, panels and their layout."""
