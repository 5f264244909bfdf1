"""The window: everything Qt is in this room."""

# PySide looks at the source of every module that is imported after it. While another
# thread imports something too, that look finds pydantic (napari's) half made, and the
# import fails. Imported here, at once and in one thread, it is whole by then.
from pydantic import BaseModel, Field, field_validator  # noqa: F401
