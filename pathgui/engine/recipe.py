"""A recipe: tiling, transforms and outputs, as frozen data with a stable hash."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any

from pathgui.engine.drawn import Drawn
from pathgui.engine.tiling import MODES, Tiling
from pathgui.errors import RecipeError, TransformError
from pathgui.preprocessing import Pipeline, digest_of
from pathgui.storage import IMAGES, LAYOUTS, Images, Layout

COMPRESSIONS = ("fast", "none", *(str(n) for n in range(1, 10)))
_NAME = set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")


@dataclass(frozen=True, slots=True)
class Output:
    """What is written, and how; see the file format for the meaning of each."""

    name: str = ""
    layout: Layout = "tree"
    images: Images = "pixels"
    compression: str = "fast"

    def __post_init__(self) -> None:
        if not set(self.name) <= _NAME:
            raise RecipeError(
                f"output name {self.name!r} cannot be part of a file name",
                "use letters, digits, - and _",
            )
        for key, allowed in (
            ("layout", LAYOUTS),
            ("images", IMAGES),
            ("compression", COMPRESSIONS),
        ):
            if getattr(self, key) not in allowed:
                raise RecipeError(
                    f"output {key} is {getattr(self, key)!r}",
                    "use one of " + ", ".join(allowed),
                )


@dataclass(frozen=True)
class Recipe:
    """Tiling, transforms and outputs: all that decides what a result holds.

    Attributes
    ----------
    name : str
        For people; no part of the hash.
    tiling : Tiling
        Which tiles.
    pipeline : Pipeline
        What is done to slide and tiles.
    output : Output
        What is written.
    drawn : Drawn
        What people drew on the one slide that gets this recipe; runs fill it in.
    """

    name: str = "recipe"
    tiling: Tiling = field(default_factory=Tiling)
    pipeline: Pipeline = field(default_factory=lambda: Pipeline([]))
    output: Output = field(default_factory=Output)
    drawn: Drawn = field(default_factory=Drawn)

    def config(self) -> dict[str, Any]:
        """The recipe as plain data, defaults filled in, None left out."""
        config = {
            "name": self.name,
            "tiling": _plain(self.tiling),
            "steps": self.pipeline.config(),
            "output": _plain(self.output),
        }
        if self.drawn:
            drawn = _plain(self.drawn)
            config["drawn"] = {name: text for name, text in drawn.items() if text}
        return config

    @property
    def hash(self) -> str:
        """SHA-256 over everything but the name; equal for equal results."""
        config = self.config()
        del config["name"]
        # A stride left out and a stride written out are the same recipe.
        config["tiling"]["stride"] = self.tiling.step
        if not any(mode in config["tiling"] for mode in MODES):
            config["tiling"]["level"] = 0
        return digest_of(config)

    @property
    def text(self) -> str:
        """The recipe as TOML."""
        import tomlkit

        config = self.config()
        steps = tomlkit.aot()
        for step in config.pop("steps"):
            steps.append(tomlkit.item(step))
        document = tomlkit.document()
        document["name"] = config["name"]
        document["tiling"] = config["tiling"]
        if len(steps):
            document["steps"] = steps
        document["output"] = config["output"]
        if "drawn" in config:
            document["drawn"] = config["drawn"]
        return tomlkit.dumps(document)

    def output_name(self, slide_id: str) -> str:
        """File name of a slide's result."""
        middle = f".{self.output.name}" if self.output.name else ""
        return f"{slide_id}{middle}.h5"

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Recipe":
        """Make a recipe from plain data as TOML gives it.

        Raises
        ------
        RecipeError
            If a key is unknown, or a value wrong or out of range.
        """
        _known("recipe", config, {"name", "tiling", "steps", "output", "drawn"})
        name = config.get("name", "recipe")
        if not isinstance(name, str):
            raise RecipeError(f"recipe name is {name!r}, text is needed")
        steps = config.get("steps", [])
        if not isinstance(steps, list) or any(
            not isinstance(s, Mapping) for s in steps
        ):
            raise RecipeError("steps is not a list of tables", "write [[steps]]")
        try:
            pipeline = Pipeline.from_config(steps)
        except TransformError as error:
            raise RecipeError(error.message, error.hint) from error
        return cls(
            name,
            Tiling(**_section(Tiling, "tiling", config.get("tiling", {}))),
            pipeline,
            Output(**_section(Output, "output", config.get("output", {}))),
            Drawn(**_section(Drawn, "drawn", config.get("drawn", {}))),
        )


def _plain(item: Tiling | Output | Drawn) -> dict[str, Any]:
    values = {f.name: getattr(item, f.name) for f in fields(item)}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in values.items()
        if value is not None
    }


def _section(
    kind: type[Tiling | Output | Drawn], where: str, data: Any
) -> dict[str, Any]:
    if not isinstance(data, Mapping):
        raise RecipeError(f"{where} is not a table", f"write [{where}]")
    known = {f.name: f for f in fields(kind)}
    _known(where, data, set(known))
    values = dict(data)
    if where == "output" and isinstance(values.get("compression"), int):
        values["compression"] = str(values["compression"])
    for name, value in values.items():
        _typed(f"{where}.{name}", str(known[name].type), value)
        if "float" in str(known[name].type):
            values[name] = float(value)
    return values


def _typed(where: str, wanted: str, value: Any) -> None:
    kinds: dict[str, tuple[type, ...]] = {
        "float": (int, float),
        "int": (int,),
        "bool": (bool,),
        "str": (str,),
    }
    if "tuple" in wanted:  # lists of words are looked at by who takes them
        return
    for word, allowed in kinds.items():
        if word in wanted:
            boolean = isinstance(value, bool) and bool not in allowed
            if boolean or not isinstance(value, allowed):
                raise RecipeError(f"{where} is {value!r}, {word} is needed")
            return


def _known(where: str, data: Mapping[str, Any], known: set[str]) -> None:
    for key in data:
        if key not in known:
            raise RecipeError(
                f"{where} has no entry {key!r}", "it takes " + ", ".join(sorted(known))
            )
