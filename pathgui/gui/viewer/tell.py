"""What the viewer says about a slide and its result, once they are known."""

from pathgui.gui.style.states import State, state_of
from pathgui.gui.viewer.host import ViewerHost
from pathgui.gui.viewer.loading import LoadedSlide
from pathgui.gui.viewer.stage import Stage


def tell_result(stage: Stage, loaded: LoadedSlide, session: ViewerHost) -> None:
    """Say over the slide what is odd about its result, with a way out."""
    result, note = loaded.result, loaded.drawn.note
    if result is None:
        done = session.field(loaded.slide_id, "status") == "done"
        words = "The result file has gone." if done else "No tiles or masks yet."
        button = "Run again…" if done else "Run a recipe…"
        stage.say(f"{note} {words}".lstrip(), "run", button, bad=done)
    elif result.problem is not None:
        problem = result.problem
        words = f"{problem.message} {problem.hint}".strip()
        stage.say(words, "run", "Run again…", bad=True)
    elif result.tiles is None:
        stage.say(f"{note} The result of this slide has no tiles.".lstrip())
    elif note:
        stage.say(note)


def states_of(session: ViewerHost, slide_id: str) -> list[State]:
    """Status and decision of a slide, for chips; none without a slide."""
    if not slide_id:
        return []
    columns = ("status", "qc_status")
    found = [state_of(name, session.field(slide_id, name)) for name in columns]
    return [state for state in found if state is not None]


def neighbour(order: list[str], slide_id: str, by: int) -> str:
    """The slide so many places on in an order; empty where there is none."""
    place = order.index(slide_id) + by if slide_id in order else -1
    return order[place] if 0 <= place < len(order) else ""
