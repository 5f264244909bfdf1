"""What is said in place of a slide, as plain words."""

from dataclasses import dataclass

from pathgui.errors import PathguiError
from pathgui.gui.viewer.loading import MissingSlideError
from pathgui.gui.viewer.opengl import NoOpenGLError


@dataclass(frozen=True, slots=True)
class Message:
    """A state without a slide.

    Attributes
    ----------
    icon : str
        Name of the icon.
    title, text : str
        What is so, and why.
    action, label : str
        Key and words of the way out; empty where there is none.
    """

    icon: str
    title: str
    text: str = ""
    action: str = ""
    label: str = ""


NOTHING = Message(
    "mdi6.microscope",
    "No slide is shown",
    "Choose a slide in the project tree or in the table; add slides if there are none.",
)
OPENING = Message("ph.image-square", "Opening the slide …")


def message_for(error: PathguiError) -> Message:
    """Why a slide is not shown, with the way out that fits."""
    icon, action, label = "ph.warning", "retry", "Try again"
    if isinstance(error, MissingSlideError):
        icon, action, label = "ph.circle-dashed", "relink", "Relink missing slides…"
    elif isinstance(error, NoOpenGLError):
        icon, action, label = "ph.monitor", "", ""
    hint = f"{error.hint[:1].upper()}{error.hint[1:]}"
    return Message(icon, error.message, hint, action, label)
