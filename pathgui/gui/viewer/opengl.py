"""Whether this computer can draw a slide at all."""

from PySide6.QtGui import QGuiApplication, QOffscreenSurface, QOpenGLContext

from pathgui.errors import PathguiError

_WITHOUT = {"offscreen", "minimal", "vnc", "linuxfb", "minimalegl"}


class NoOpenGLError(PathguiError):
    """The screen offers no OpenGL."""


def check_opengl() -> None:
    """Raise `NoOpenGLError` where a canvas could not be drawn.

    napari crashes instead of saying so; hence this is asked before it is made.
    """
    if QGuiApplication.platformName() in _WITHOUT:
        raise _error(f"The Qt platform “{QGuiApplication.platformName()}” has none.")
    context = QOpenGLContext()
    if not context.create():
        raise _error("No OpenGL context could be made.")
    surface = QOffscreenSurface()
    surface.setFormat(context.format())
    surface.create()
    if not context.makeCurrent(surface):
        raise _error("The OpenGL context could not be used.")
    version = context.format().version()
    context.doneCurrent()
    if tuple(version) < (2, 1):
        raise _error(f"OpenGL 2.1 is needed; this is {version[0]}.{version[1]}.")


def _error(cause: str) -> NoOpenGLError:
    return NoOpenGLError(
        f"Slides cannot be drawn, because this screen has no OpenGL. {cause}",
        "Tables, gallery and runs work as usual. Install the graphics driver, or on "
        "a remote screen set LIBGL_ALWAYS_SOFTWARE=1 and start again.",
    )
