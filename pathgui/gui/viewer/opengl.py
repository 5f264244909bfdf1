"""Whether this computer can draw a slide at all."""

import ctypes
import os
import sys

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
    _say_platform()
    context.doneCurrent()
    if tuple(version) < (2, 1):
        raise _error(f"OpenGL 2.1 is needed; this is {version[0]}.{version[1]}.")


def _say_platform() -> None:
    """Tell napari's OpenGL how Qt made its context, while one is current.

    Where the X server has no GLX, Qt takes EGL. PyOpenGL asks GLX all the same, finds
    no context, and the first frame is a crash.
    """
    if not sys.platform.startswith("linux"):
        return
    by_glx = _is_current("libGL.so.1", "glXGetCurrentContext")
    if not by_glx and _is_current("libEGL.so.1", "eglGetCurrentContext"):
        os.environ.setdefault("PYOPENGL_PLATFORM", "egl")


def _is_current(library: str, function: str) -> bool:
    """Whether a library of the system says that a context is current."""
    try:
        ask = getattr(ctypes.CDLL(library), function)
    except (OSError, AttributeError):
        return False
    ask.restype = ctypes.c_void_p
    return bool(ask())


def _error(cause: str) -> NoOpenGLError:
    return NoOpenGLError(
        f"Slides cannot be drawn, because this screen has no OpenGL. {cause}",
        "Tables, gallery and runs work as usual. Install the graphics driver, or on "
        "a remote screen set LIBGL_ALWAYS_SOFTWARE=1 and start again.",
    )
