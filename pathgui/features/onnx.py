"""Features from an ONNX model: checked, bounded in threads, without outside data."""

import hashlib
import re
import tempfile
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from typing_extensions import override

from pathgui.errors import MissingExtraError, ModelError, TransformError
from pathgui.features.card import ModelCard, card_for
from pathgui.features.extractor import Extractor, Features, Images

# A model is one protobuf message, which ends at 2 GiB.
_MAX_BYTES = (2 << 30) - 1
# The key of a tensor that keeps its numbers in another file.
_OUTSIDE = re.compile(rb"(?:\x0a|\x8a\x80*\x00)(?:\x08|\x88\x80*\x00)location")
_FLOATS = {"tensor(float)": np.float32, "tensor(float16)": np.float16}


class OnnxExtractor(Extractor):
    """An image model in ONNX, run on the processor. Safe in threads.

    The file is read once: what is hashed is what runs. Tensors that lie in other
    files are refused. Pickles as path and card.

    Parameters
    ----------
    path : Path or str
        The model.
    card : ModelCard, optional
        How pixels become its input; by default the TOML file beside the model, or
        the model's own properties.
    threads : int
        Threads of one call of `extract`.

    Raises
    ------
    MissingExtraError
        If onnxruntime is not installed.
    ModelError
        If the model cannot be read, or does not turn RGB tiles into vectors.
    """

    def __init__(
        self, path: Path | str, card: ModelCard | None = None, *, threads: int = 1
    ) -> None:
        self.path, self._threads = Path(path), max(1, threads)
        data = _read(self.path)
        self.model_hash = hashlib.sha256(data).hexdigest()
        self._session = _session(self.path, data, self._threads)
        properties = dict(self._session.get_modelmeta().custom_metadata_map)
        self._input = _checked_input(self.path, self._session)
        self.card = card or card_for(self.path, properties)
        _check_shape(self.path, self._input.shape, self.card)
        self._output = _checked_output(self.path, self._session, self.card)
        self._dtype = _FLOATS[self._input.type]
        self.name = self.card.name or self.path.stem
        self.feature_names = ()
        self._batch = self._input.shape[0]
        self._dimension = int(self._tried().shape[1])

    @property
    @override
    def dimension(self) -> int:
        return self._dimension

    @override
    def extract(self, images: Images) -> Features:
        if images.ndim != 4 or images.shape[-1] != 3 or images.dtype != np.uint8:
            raise TransformError(
                f"images are {images.dtype} of shape {images.shape}",
                "give uint8 of shape (n, height, width, 3)",
            )
        step = self._batch if isinstance(self._batch, int) else max(1, len(images))
        parts = [np.empty((0, self._dimension), np.float32)]
        parts += [self._run(images[k : k + step]) for k in range(0, len(images), step)]
        found: Features = np.concatenate(parts)
        if not np.isfinite(found).all():
            raise ModelError(
                f"{self.path} gives values that are no numbers",
                "check mean, std and divide_by in its card",
            )
        return found

    def _run(self, images: Images) -> Features:
        count = len(images)
        batch = self._prepared(images)
        if isinstance(self._batch, int) and count < self._batch:
            blank = np.zeros((self._batch - count, *batch.shape[1:]), batch.dtype)
            batch = np.concatenate([batch, blank])
        try:
            (found,) = self._session.run([self._output], {self._input.name: batch})
        except _failures() as error:
            raise ModelError(
                f"{self.path} cannot be run: {_reason(error)}",
                "check input_size and layout in its card",
            ) from error
        vectors = np.asarray(found, np.float32)[:count]
        if vectors.ndim != 2 or len(vectors) != count or not vectors.shape[1]:
            raise ModelError(
                f"{self.path} gives shape {np.shape(found)}, not one vector per tile",
                "name another output in its card",
            )
        return vectors

    def _prepared(self, images: Images) -> npt.NDArray[Any]:
        card = self.card
        pixels = np.stack([_resized(image, card.input_size) for image in images])
        mean, std = np.asarray(card.mean, "f4"), np.asarray(card.std, "f4")
        scaled = (pixels.astype(np.float32) / np.float32(card.divide_by) - mean) / std
        if card.layout == "NCHW":
            scaled = scaled.transpose(0, 3, 1, 2)
        return np.ascontiguousarray(scaled, self._dtype)

    def _tried(self) -> Features:
        side = self.card.input_size
        return self._run(np.full((1, side, side, 3), 128, np.uint8))

    @override
    def __reduce__(self) -> Any:
        return _again, (self.path, self.card, self._threads)


def _again(path: Path, card: ModelCard, threads: int) -> OnnxExtractor:
    return OnnxExtractor(path, card, threads=threads)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_BYTES:
            raise ModelError(f"{path} is too large for an ONNX model")
        data = path.read_bytes()
    except OSError as error:
        reason = error.strerror or str(error)
        raise ModelError(f"model {path} cannot be read: {reason}") from error
    if _OUTSIDE.search(data):
        raise ModelError(
            f"{path} keeps tensors in other files, which is not trusted",
            "save the model as one file",
        )
    return data


def _session(path: Path, data: bytes, threads: int) -> Any:
    runtime = _runtime()
    options = runtime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.execution_mode = runtime.ExecutionMode.ORT_SEQUENTIAL
    options.log_severity_level = 4
    # Threads that spin while they wait take the cores from those that read tiles.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    try:
        with tempfile.TemporaryDirectory() as empty:
            key = "session.model_external_initializers_file_folder_path"
            options.add_session_config_entry(key, empty)
            return runtime.InferenceSession(
                data, options, providers=["CPUExecutionProvider"]
            )
    except _failures() as error:
        raise ModelError(
            f"{path} is not an ONNX model that can be run: {_reason(error)}",
            "choose another file, or export the model again",
        ) from error


def _runtime() -> Any:
    try:
        import onnxruntime
    except ImportError as error:
        raise MissingExtraError(
            "models in ONNX need the package onnxruntime", "pip install 'pathgui[onnx]'"
        ) from error
    onnxruntime.disable_telemetry_events()
    return onnxruntime


def _failures() -> tuple[type[BaseException], ...]:
    """All that onnxruntime throws; its errors have no base of their own."""
    from onnxruntime.capi import onnxruntime_pybind11_state as state

    own = [v for v in vars(state).values() if isinstance(v, type)]
    return (*(v for v in own if issubclass(v, Exception)), RuntimeError, ValueError)


def _reason(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0][:200] if lines else type(error).__name__


def _checked_input(path: Path, session: Any) -> Any:
    inputs = session.get_inputs()
    if len(inputs) != 1:
        raise ModelError(f"{path} takes {len(inputs)} inputs, tiles are one")
    found = inputs[0]
    if found.type not in _FLOATS or len(found.shape) != 4:
        raise ModelError(
            f"{path} takes {found.type} of shape {found.shape}, not a batch of images"
        )
    if 3 not in (found.shape[1], found.shape[3]) and all(
        isinstance(side, int) for side in (found.shape[1], found.shape[3])
    ):
        raise ModelError(
            f"{path} takes images of shape {found.shape}, tiles have three channels",
            "choose a model for RGB images",
        )
    return found


def _check_shape(path: Path, shape: list[Any], card: ModelCard) -> None:
    """Raise ModelError if the card does not fit what the model declares."""
    side = card.input_size
    chw = card.layout == "NCHW"
    wanted = (3, side, side) if chw else (side, side, 3)
    for declared, given in zip(shape[1:], wanted, strict=True):
        if isinstance(declared, int) and declared > 0 and declared != given:
            raise ModelError(
                f"{path} takes images of shape {shape}, its card says {card.layout} "
                f"with {side} × {side} pixels of three channels",
                "correct input_size or layout in the card, or choose a model for RGB",
            )


def _checked_output(path: Path, session: Any, card: ModelCard) -> str:
    names = [found.name for found in session.get_outputs()]
    if not card.output and names:
        return str(names[0])
    if card.output not in names:
        raise ModelError(
            f"{path} has no output {card.output!r}", "it has " + ", ".join(names)
        )
    return card.output


def _resized(image: Images, side: int) -> Images:
    if image.shape[:2] == (side, side):
        return image
    from PIL import Image

    picture = Image.fromarray(image)
    return np.asarray(picture.resize((side, side), Image.Resampling.BILINEAR))
