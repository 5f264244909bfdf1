"""Models in ONNX: what they see, what they give, what is refused."""

import hashlib
import pickle
import shutil

import numpy as np
import pytest

from pathgui.errors import ModelError
from pathgui.features import ModelCard, extractor_for, load_card

pytest.importorskip("onnxruntime")
from pathgui.features.onnx import OnnxExtractor

NET = "models/efficientnet_lite0_imagenet.onnx"


@pytest.fixture(scope="module")
def net(data):
    return OnnxExtractor(data / NET)


@pytest.fixture
def images():
    rng = np.random.default_rng(1)
    return rng.integers(0, 256, (3, 224, 224, 3), dtype=np.uint8)


def test_that_a_model_tells_how_it_wants_its_pixels(net, data):
    assert net.card.input_size == 224
    assert net.card.mean == (127, 127, 127)
    assert net.card.std == (128, 128, 128)
    assert net.card.divide_by == 1
    assert net.card.output == "features"
    assert net.dimension == 1280
    assert net.model_hash == hashlib.sha256((data / NET).read_bytes()).hexdigest()
    assert net.name == "efficientnet_lite0_imagenet"


def test_that_features_are_those_of_the_documented_input(net, images, data):
    import onnxruntime

    session = onnxruntime.InferenceSession(
        data / NET, providers=["CPUExecutionProvider"]
    )
    batch = ((images.astype(np.float32) - 127) / 128).transpose(0, 3, 1, 2)
    (expected,) = session.run(["features"], {"input": np.ascontiguousarray(batch)})
    found = net.extract(images)
    assert found.shape == (3, 1280)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def test_that_tiles_of_other_sizes_and_none_at_all_are_taken(net):
    tiles = np.full((1, 256, 300, 3), 200, np.uint8)
    assert net.extract(tiles).shape == (1, 1280)
    assert net.extract(tiles[:0]).shape == (0, 1280)


def test_that_a_pickled_extractor_gives_the_same(net, images):
    again = pickle.loads(pickle.dumps(net))
    np.testing.assert_array_equal(again.extract(images[:1]), net.extract(images[:1]))


def test_that_a_card_beside_the_model_wins(data, tmp_path, images):
    model = tmp_path / "net.onnx"
    shutil.copy(data / NET, model)
    model.with_suffix(".toml").write_text(
        'name = "lite"\ninput_size = 64\nmean = [0.5, 0.5, 0.5]\nstd = [1, 1, 1.0]\n'
        'output = "logits"\n'
    )
    found = extractor_for(model)
    assert found.name == "lite"
    assert found.extract(images[:1]).shape == (1, 1000)


@pytest.mark.parametrize(
    ("file", "words"),
    [
        ("models/mnist_wrong_domain.onnx", "three channels"),
        ("broken/text_renamed.onnx", "not an ONNX model"),
        ("broken/truncated.onnx", "not an ONNX model"),
        ("nowhere.onnx", "cannot be read"),
    ],
)
def test_that_models_of_no_use_are_refused(data, file, words):
    with pytest.raises(ModelError, match=words) as caught:
        extractor_for(data / file)
    assert file.rpartition("/")[2] in caught.value.message


def test_that_a_model_that_keeps_numbers_elsewhere_is_refused(data, tmp_path):
    model = tmp_path / "net.onnx"
    model.write_bytes((data / NET).read_bytes() + b"\x0a\x08location\x12\x08/etc/key")
    with pytest.raises(ModelError, match="other files"):
        OnnxExtractor(model)


def test_that_a_model_without_a_word_on_its_input_needs_a_card(data, tmp_path):
    path = data / "models" / "mnist_wrong_domain.onnx"
    with pytest.raises(ModelError):
        OnnxExtractor(path, ModelCard(28))
    with pytest.raises(ModelError, match="no output 'x'"):
        OnnxExtractor(data / NET, ModelCard(224, output="x"))
    with pytest.raises(ModelError, match="its card says NHWC"):
        OnnxExtractor(data / NET, ModelCard(224, layout="NHWC"))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("mean = [1, 2, 3]", "no input_size"),
        ("input_size = 2", "input_size of 2"),
        ("input_size = 224\nmean = [1, 2]", "wrong"),
        ("input_size = 224\nstd = [1, 0, 1]", "above 0"),
        ("input_size = 224\nmean = [1, 2, nan]", "three numbers"),
        ('input_size = 224\nlayout = "CHW"', "layout"),
        ("input_size = 224\nsize = 3", "unknown entries: size"),
        ("input_size =", "cannot be read"),
        ("input_size = [1]", "wrong"),
        ("input_size = 224\nname = 5", "wrong"),
    ],
)
def test_that_wrong_cards_are_refused(tmp_path, text, words):
    card = tmp_path / "card.toml"
    card.write_text(text)
    with pytest.raises(ModelError, match=words):
        load_card(card)


def test_that_unknown_extractors_are_named():
    assert extractor_for("colour-statistics").dimension == 25
    with pytest.raises(ModelError, match="'resnet'"):
        extractor_for("resnet")
