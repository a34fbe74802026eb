"""Checkpoints give back every bit, are replaced in one step, and are refused when they are damaged or hold objects."""

import builtins
import importlib
import json
import os
import re
import struct
import sys
import zipfile

import numpy as np
import pytest
import safetensors.numpy
from hypothesis import given
from hypothesis import strategies as st
from messages import raises
from numpy.testing import assert_array_equal

from cnn_course.training import checkpoint
from cnn_course.training.checkpoint import load, save

ARRAYS = {
    "0.weight": np.random.default_rng(0).standard_normal((2, 3, 1)).astype(np.float32),
    "0.bias": np.array([np.nan, np.inf, -0.0]),
    "steps": np.array(7, np.int64),
    "mask": np.array([[True], [False]]),
    "bytes": np.arange(256, dtype=np.uint8),
    "empty": np.ones((0, 3), np.float16),
    "file": np.arange(3, dtype=np.int16),  # names of arguments of numpy.savez
    "allow_pickle": np.arange(2, dtype=np.uint64),
    "größe/../.npy": np.ones(1),
}
METADATA = {"epoch": 3, "history": [{"loss": 0.1 + 0.2}, {"loss": 5e-324}], "big": 2**127 + 1, "ö": None, "ok": [True]}

every_format = pytest.mark.parametrize("suffix", [".npz", ".safetensors"])


def assert_same(actual, desired):
    assert actual.keys() == desired.keys()
    for name, array in desired.items():
        assert_array_equal(actual[name], array, strict=True)
        assert actual[name].tobytes() == array.tobytes()  # also the signs of zeros


def names(folder):
    return sorted(path.name for path in folder.iterdir())


@every_format
def test_round_trip(suffix, tmp_path):
    path = tmp_path / f"weights{suffix}"
    save(path, ARRAYS, METADATA)
    arrays, metadata = load(path)
    assert_same(arrays, ARRAYS)
    assert metadata == METADATA
    assert names(tmp_path) == [path.name]


@every_format
def test_nothing_at_all_and_paths_in_strings(suffix, tmp_path):
    path = str(tmp_path / f"weights{suffix}")
    save(path, {})
    assert load(path) == ({}, {})


@every_format
def test_any_layout_and_byte_order_of_the_same_values(suffix, tmp_path):
    array = np.arange(24.0).reshape(2, 3, 4)
    variants = {
        "fortran": np.asfortranarray(array),
        "reversed": np.flip(np.flip(array).copy()),
        "strided": np.repeat(array, 2, axis=1)[:, ::2],
        "big": array.astype(">f8"),
        "scalar": np.array(5, ">i4"),
        "list": array.tolist(),
    }
    save(tmp_path / f"x{suffix}", variants)
    arrays, _ = load(tmp_path / f"x{suffix}")
    assert arrays["scalar"].shape == ()
    assert arrays.pop("scalar") == 5
    for name, loaded in arrays.items():
        assert_array_equal(loaded, array, strict=True, err_msg=name)


@every_format
def test_loaded_arrays_are_ones_own(suffix, tmp_path):
    save(tmp_path / f"x{suffix}", {"x": np.zeros(3)})
    arrays, _ = load(tmp_path / f"x{suffix}")
    arrays["x"] += 1
    assert_array_equal(load(tmp_path / f"x{suffix}")[0]["x"], np.zeros(3))


@every_format
def test_a_file_is_replaced(suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    save(path, {"old": np.ones(1000)}, {"epoch": 1})
    save(path, {"new": np.ones(1)}, {"epoch": 2})
    arrays, metadata = load(path)
    assert (list(arrays), metadata) == (["new"], {"epoch": 2})


def test_npz_files_are_numpys(tmp_path):
    save(tmp_path / "x.npz", {"0.weight": ARRAYS["0.weight"]})
    with np.load(tmp_path / "x.npz", allow_pickle=False) as archive:
        assert_array_equal(archive["0.weight"], ARRAYS["0.weight"], strict=True)
    np.savez_compressed(tmp_path / "y.npz", a=np.arange(5), b=ARRAYS["mask"])
    assert_same(load(tmp_path / "y.npz")[0], {"a": np.arange(5), "b": ARRAYS["mask"]})


def test_safetensors_files_are_that_librarys(tmp_path):
    path = tmp_path / "x.safetensors"
    save(path, {"0.weight": ARRAYS["0.weight"]}, {"epoch": 1})
    assert_same(safetensors.numpy.load_file(path), {"0.weight": ARRAYS["0.weight"]})
    safetensors.numpy.save_file({"a": np.arange(5)}, path, metadata={"format": "pt"})
    arrays, metadata = load(path)
    assert_same(arrays, {"a": np.arange(5)})
    assert metadata == {}


# Refused ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["weights", "weights.pt", "weights.npz.tmp", "weights.NPZ", ".npz", "a.npy"])
def test_other_suffixes(name, tmp_path):
    message = f"path must end in .npz or .safetensors, got {str(tmp_path / name)!r}"
    with raises(f"save: {message}"):
        save(tmp_path / name, {})
    (tmp_path / name).write_bytes(b"")
    with raises(f"load: {message}"):
        load(tmp_path / name)


@every_format
@pytest.mark.parametrize(
    "value", [np.array([{}]), np.array(["a"]), np.array([b"a"]), np.array(["2000-01-01"], "M8[D]"), None]
)
def test_arrays_that_hold_no_numbers(suffix, value, tmp_path):
    with raises(f"save: x must hold numbers or truth values, got dtype {np.asarray(value).dtype}"):
        save(tmp_path / f"x{suffix}", {"x": value})
    assert names(tmp_path) == []


def test_files_that_cannot_be_written(tmp_path):
    (tmp_path / "folder.npz").mkdir()
    for path, kind in ((tmp_path / "missing" / "x.npz", FileNotFoundError), (tmp_path / "folder.npz", OSError)):
        with pytest.raises(kind, match=f"^{re.escape(f'save: {path} cannot be written: ')}"):
            save(path, {})
    assert names(tmp_path) == ["folder.npz"]


@pytest.mark.parametrize("taught", [False, True])  # by ml_dtypes, which onnx brings
@pytest.mark.parametrize(("dtype", "size"), [("BF16", 2), ("F8_E4M3", 1)])
def test_a_dtype_that_numpy_has_not(dtype, size, taught, tmp_path):
    if taught:
        importlib.import_module("ml_dtypes")
    header = json.dumps({"w": {"dtype": dtype, "shape": [2], "data_offsets": [0, 2 * size]}}).encode()
    path = tmp_path / "x.safetensors"
    path.write_bytes(struct.pack("<Q", len(header)) + header + bytes(2 * size))
    with raises(f"load: {path} has arrays of {dtype}, a dtype that NumPy does not have; convert them to float32 where"):
        load(path)


@every_format
@pytest.mark.parametrize("name", [3, None, "__metadata__", "a\0b"])  # an archive's names end at NUL
def test_names_that_are_not_for_arrays(suffix, name, tmp_path):
    with raises(f"save: names must be strings without NUL, other than '__metadata__', got {name!r}"):
        save(tmp_path / f"x{suffix}", {name: np.ones(1)})
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    "metadata",
    [
        {"a": np.float64(1).reshape(1)},
        {"a": float("nan")},
        {"a": -np.inf},
        {"a": {1, 2}},
        {"a": (1, 2)},
        {1: 2},
        [1],
        {"a": 1j},
    ],
)
def test_metadata_that_json_cannot_hold(metadata, tmp_path):
    with raises("save: metadata must be "):
        save(tmp_path / "x.npz", {}, metadata)
    assert names(tmp_path) == []


def test_what_safetensors_cannot_hold(tmp_path):
    with raises("save: the format .safetensors cannot hold these arrays: "):
        save(tmp_path / "x.safetensors", {"x": np.ones(2, np.complex128)})
    assert names(tmp_path) == []


def test_nothing_is_unpickled(tmp_path):
    path = tmp_path / "x.npz"
    np.savez(path, x=np.array([Trap()], dtype=object))
    with raises(f"load: {path} is not a whole .npz file of named arrays: Object arrays cannot be loaded"):
        load(path)
    path.write_bytes(b"\x80\x04cos\nabort\n(tR.")  # a pickle that would end the process
    with raises(f"load: {path} is not a whole .npz file of named arrays: "):
        load(path)


class Trap:
    def __reduce__(self):
        return os.abort, ()


@every_format
@pytest.mark.parametrize("content", [b"", b"PK", b"\x00" * 100, b"text\n" * 20, b"\xff" * 64])
def test_files_of_another_kind(suffix, content, tmp_path):
    path = tmp_path / f"x{suffix}"
    path.write_bytes(content)
    with raises(f"load: {path} is not a whole {suffix} file of named arrays: "):
        load(path)


def test_a_zip_archive_and_an_array_that_are_no_checkpoints(tmp_path):
    path = tmp_path / "x.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("hello.txt", "hello")
    with raises(f"load: {path} is not a whole .npz file"):
        load(path)
    with path.open("wb") as file:
        np.save(file, np.ones(3))
    with raises(f"load: {path} is not a whole .npz file"):
        load(path)


def test_a_header_that_is_none(tmp_path):
    np.savez(tmp_path / "x.npz", __metadata__=np.array("[1, 2]"))
    with raises(f"load: {tmp_path / 'x.npz'} is not a whole .npz file of named arrays: "):
        load(tmp_path / "x.npz")


@pytest.mark.parametrize("text", ["{", "[1]", "", 3])
def test_metadata_that_are_none(text, tmp_path):
    np.savez(tmp_path / "x.npz", __metadata__=np.array(json.dumps({"cnn_course": text})))
    with raises(f"load: {tmp_path / 'x.npz'} is not a whole .npz file of named arrays: "):
        load(tmp_path / "x.npz")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_entry_that_is_said_to_be_compressed_in_another_way(method, tmp_path):
    path = tmp_path / "x.npz"
    save(path, {"x": np.arange(10_000.0)})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 10] = method
    path.write_bytes(content)
    with raises(f"load: {path} is not a whole .npz file of named arrays: x.npy is compressed by method {method}"):
        load(path)


def test_an_array_is_missed(tmp_path):
    path = tmp_path / "x.npz"
    save(path, {"a": np.ones(3), "b": np.ones(3)})
    with zipfile.ZipFile(path) as archive:
        entries = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(path, "w") as archive:
        for name in set(entries) - {"a.npy"}:
            archive.writestr(name, entries[name])
    with raises(f"load: {path} is not a whole .npz file of named arrays: its checksum is "):
        load(path)


def test_a_list_of_entries_that_ends_too_early(tmp_path):
    path = tmp_path / "x.npz"
    save(path, {"a": np.ones(3), "b": np.ones(3)})
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 33] = 255  # the first entry's comment is said to be as long as all others
    path.write_bytes(content)
    with raises(f"load: {path} is not a whole .npz file of named arrays: it has 1 entries, expected 3"):
        load(path)


@every_format
def test_more_arrays_than_a_byte_counts(suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    arrays = {str(i): np.full(1, i) for i in range(300)}
    save(path, arrays)
    assert_same(load(path)[0], arrays)


def test_an_archive_with_a_comment(tmp_path):
    path = tmp_path / "x.npz"
    save(path, {"a": np.ones(3)})
    with zipfile.ZipFile(path, "a") as archive:
        archive.comment = b"from elsewhere"
    assert_same(load(path)[0], {"a": np.ones(3)})


@every_format
@given(data=st.data())
def test_a_damaged_file_is_refused_or_gives_the_same(suffix, tmp_path_factory, data):
    """One byte anywhere may differ, or the file may end anywhere."""
    path = tmp_path_factory.mktemp("damaged") / f"x{suffix}"
    save(path, ARRAYS, METADATA)
    content = bytearray(path.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[at:]
    else:
        content[at] ^= data.draw(st.integers(1, 255))
    path.write_bytes(content)
    try:
        arrays, metadata = load(path)
    except ValueError as error:
        assert str(error).startswith(f"load: {path} is not a whole {suffix} file of named arrays: ")  # noqa: PT017
    else:
        assert_same(arrays, ARRAYS)
        assert metadata == METADATA


@every_format
def test_every_byte_of_an_array_counts(suffix, tmp_path):
    path = tmp_path / f"x{suffix}"
    save(path, {"x": np.arange(10, dtype=np.uint8)})
    content = path.read_bytes()
    start = content.index(bytes(range(10)))
    for at in range(start, start + 10):
        path.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        with raises(f"load: {path} is not a whole {suffix} file"):
            load(path)


def test_the_shape_of_an_array_counts(tmp_path):
    path = tmp_path / "x.safetensors"
    save(path, {"x": np.arange(6.0).reshape(2, 3)})
    content = path.read_bytes()
    assert content.count(b'"shape":[2,3]') == 1
    path.write_bytes(content.replace(b'"shape":[2,3]', b'"shape":[3,2]'))
    with raises(f"load: {path} is not a whole .safetensors file of named arrays: its checksum is "):
        load(path)


@every_format
def test_a_missing_file(suffix, tmp_path):
    with pytest.raises(FileNotFoundError):
        load(tmp_path / f"x{suffix}")
    with pytest.raises(FileNotFoundError):
        save(tmp_path / "nowhere" / f"x{suffix}", {})


def test_safetensors_need_not_be_installed_for_npz(tmp_path, monkeypatch):
    save(tmp_path / "x.safetensors", {})
    monkeypatch.setitem(sys.modules, "safetensors", None)
    monkeypatch.setitem(sys.modules, "safetensors.numpy", None)
    save(tmp_path / "x.npz", {"x": np.ones(1)})
    load(tmp_path / "x.npz")
    for call in (lambda: save(tmp_path / "y.safetensors", {}), lambda: load(tmp_path / "x.safetensors")):
        with pytest.raises(ImportError, match=r"^the format .safetensors needs the package safetensors: pip"):
            call()
    assert names(tmp_path) == ["x.npz", "x.safetensors"]


# Interrupted ------------------------------------------------------------------------------------------------------


class Interrupted(BaseException):
    """Like a KeyboardInterrupt."""


def interrupt(*args, **kwargs):
    raise Interrupted


def half_written(write):
    """A writer that is interrupted half way."""

    def writer(path, arrays, header):
        write(path, arrays, header)
        os.truncate(path, path.stat().st_size // 2)
        raise Interrupted

    return writer


@every_format
@pytest.mark.parametrize("failing", ["fsync", "replace", "write"])
def test_a_failure_leaves_the_old_file_and_nothing_else(suffix, failing, tmp_path, monkeypatch):
    path = tmp_path / f"x{suffix}"
    save(path, ARRAYS, METADATA)
    before = path.read_bytes()
    if failing == "write":
        writer, reader = checkpoint._FORMATS[suffix]
        monkeypatch.setitem(checkpoint._FORMATS, suffix, (half_written(writer), reader))
    else:
        monkeypatch.setattr(os, failing, interrupt)
    with pytest.raises(Interrupted):
        save(path, {"x": np.zeros(1000)})
    monkeypatch.undo()
    assert path.read_bytes() == before
    assert names(tmp_path) == [path.name]


def test_the_content_is_on_the_disk_before_the_file_gets_its_name(tmp_path, monkeypatch):
    path, done, fsync, replace = tmp_path / "x.npz", [], os.fsync, os.replace

    def synced(file):
        done.append(("fsync", os.fstat(file).st_size, path.exists()))
        fsync(file)

    def replaced(old, new):
        done.append(("replace", os.path.getsize(old), str(new)))
        assert os.path.dirname(old) == str(tmp_path), "another folder may be on another disk"
        replace(old, new)

    monkeypatch.setattr(os, "fsync", synced)
    monkeypatch.setattr(os, "replace", replaced)
    save(path, ARRAYS)
    size = path.stat().st_size
    assert done == [("fsync", size, False), ("replace", size, str(path))]


def test_a_new_file_has_the_rights_of_any_new_file(tmp_path):
    save(tmp_path / "x.npz", {})
    with builtins.open(tmp_path / "y.npz", "wb"):
        pass
    assert (tmp_path / "x.npz").stat().st_mode == (tmp_path / "y.npz").stat().st_mode


def test_the_metadata_in_a_file_is_plain_json(tmp_path):
    save(tmp_path / "x.npz", {}, METADATA)
    with np.load(tmp_path / "x.npz") as archive:
        header = json.loads(str(archive["__metadata__"]))
    assert json.loads(header["cnn_course"]) == METADATA
