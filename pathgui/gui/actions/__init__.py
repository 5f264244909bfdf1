"""Actions as a table, and the menus and toolbar made of them."""
