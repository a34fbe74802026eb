"""Files of named arrays and metadata, written whole or not at all, and never unpickled.

The suffix decides: `.npz` is NumPy's format, a zip archive of arrays; `.safetensors` is the format of that library.
Either file gets a header, which holds the metadata, as JSON, and a checksum over it and all arrays.
"""

import json
import os
import struct
import zipfile
import zlib
from collections.abc import Mapping
from os import PathLike
from typing import Any
from uuid import uuid4

import numpy as np
from numpy.typing import ArrayLike

from cnn_course.optional import needs
from cnn_course.validate import as_array, as_path, check_mapping

HEADER = "__metadata__"  # its name in both formats, which no array can have
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # those of NumPy's archives


def save(path: str | PathLike[str], arrays: Mapping[str, ArrayLike], metadata: dict[str, Any] | None = None) -> None:
    """Write named arrays and metadata to a file that replaces the one before in a single step.

    Parameters
    ----------
    path : str or path
        With the suffix `.npz` or `.safetensors`. Its folder must exist.
    arrays : mapping of str to ndarray
        Numbers or truth values, of any shape.
    metadata : dict, optional
        Whatever JSON can hold: strings, finite numbers, truth values, None, lists, and dicts whose keys are strings.

    Raises
    ------
    ValueError
        If the suffix is another, a name is not for arrays, an array does not hold numbers, or the metadata is more than
        JSON can hold.
    OSError
        If the file cannot be written.
    ImportError
        If the library for the suffix is not installed.

    Notes
    -----
    The file is written under another name in the same folder, flushed to the disk, and then renamed. Whatever fails
    on the way, the old file stays, and nothing else.

    Examples
    --------
    >>> folder = getfixture("tmp_path")
    >>> save(folder / "weights.npz", {"0.weight": np.ones((2, 3))}, {"epoch": 5})
    >>> arrays, metadata = load(folder / "weights.npz")
    >>> arrays["0.weight"].shape, metadata
    ((2, 3), {'epoch': 5})
    """
    path = check_path("save", path)
    check_mapping("save", "arrays", arrays)
    arrays = {name: _plain(name, array) for name, array in arrays.items()}
    text = _json({} if metadata is None else metadata)
    header = {"cnn_course": text, "crc32": _checksum(arrays, text)}
    check_writable("save", path)
    write_whole(path, lambda unfinished: _FORMATS[path.suffix][0](unfinished, arrays, header))


def write_whole(path, write):
    """Let `write` make a file under another name, which then replaces this one; whatever fails, this one stays."""
    unfinished = _unfinished(path)
    try:
        write(unfinished)
        with unfinished.open("rb+") as file:
            os.fsync(file.fileno())
        os.replace(unfinished, path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def load(path: str | PathLike[str]) -> tuple[dict[str, np.ndarray], dict[str, Any]]:
    """Read a file that `save` has written, or one of the same format from elsewhere.

    Parameters
    ----------
    path : str or path

    Returns
    -------
    arrays : dict of str to ndarray
    metadata : dict
        Empty where the file has none of `save`.

    Raises
    ------
    ValueError
        If the suffix is neither `.npz` nor `.safetensors`, or the file is damaged, cut short or of another format, or
        holds objects, which only pickle could read, or a dtype that NumPy has not, such as BF16.
    ImportError
        If the library for the suffix is not installed.

    Examples
    --------
    >>> path = getfixture("tmp_path") / "x.npz"
    >>> np.savez(path, x=np.arange(3))
    >>> load(path)
    ({'x': array([0, 1, 2])}, {})
    """
    path = check_path("load", path)
    path.open("rb").close()  # what cannot be opened is no damage
    try:
        arrays, header = _FORMATS[path.suffix][1](path)
        text = header.get("cnn_course", "{}")
        if header.get("crc32", checksum := _checksum(arrays, text)) != checksum:
            raise ValueError(f"its checksum is {checksum}, expected {header['crc32']}")
        metadata = json.loads(text)
        if not isinstance(metadata, dict):
            raise ValueError(f"its metadata is {metadata!r}, expected a dict")
    except _ForeignDtype as error:
        raise ValueError(
            f"load: {path} has arrays of {error}, a dtype that NumPy does not have; "
            "convert them to float32 where the file was made, and save it again"
        ) from error
    except _DAMAGE as error:
        raise ValueError(f"load: {path} is not a whole {path.suffix} file of named arrays: {error}") from error
    return arrays, metadata


def check_path(function, path, argument="path"):
    """Return the path of a file, whose suffix is one of those that there is a format for."""
    path = as_path(function, argument, path)
    if path.suffix not in _FORMATS:
        raise ValueError(f"{function}: {argument} must end in {' or '.join(_FORMATS)}, got {str(path)!r}")
    return path


def check_writable(function, path):
    """Check that a file can be written, before the work that it is for."""
    probe = _unfinished(path)
    try:
        if path.is_dir():
            raise IsADirectoryError("it is a folder")
        probe.touch()
        probe.unlink()
    except OSError as error:
        raise type(error)(f"{function}: {path} cannot be written: {error.strerror or error}") from error


def _unfinished(path):
    """The name under which a file is written before it replaces the one before."""
    return path.with_name(f".{path.name}.{uuid4().hex}.tmp")


def _plain(name, array):
    """The array in the byte order of the machine, row-major, whatever its layout was."""
    if not isinstance(name, str) or name == HEADER or "\0" in name:  # where zip archives cut a name off
        raise ValueError(f"save: names must be strings without NUL, other than {HEADER!r}, got {name!r}")
    array = as_array("save", name, array)
    return np.asarray(array, array.dtype.newbyteorder("="), order="C")


def _json(metadata):
    try:
        text = json.dumps(metadata, allow_nan=False)
    except (TypeError, ValueError) as error:
        raise ValueError(f"save: metadata must be what JSON can hold: {error}") from error
    if not isinstance(metadata, dict) or json.loads(text) != metadata:
        raise ValueError(f"save: metadata must be a dict that JSON gives back unchanged, got {metadata!r}")
    return text


def _checksum(arrays, text):
    crc = zlib.crc32(text.encode())
    for name, array in sorted(arrays.items()):
        crc = zlib.crc32(f"{name} {array.dtype} {array.shape}".encode(), crc)
        crc = zlib.crc32(np.ascontiguousarray(array).reshape(-1).view(np.uint8), crc)
    return str(crc)


def _to_npz(path, arrays, header):
    with zipfile.ZipFile(path, "x") as archive:
        for name, array in (arrays | {HEADER: np.array(json.dumps(header))}).items():
            with archive.open(f"{name}.npy", "w", force_zip64=True) as entry:
                np.lib.format.write_array(entry, array, allow_pickle=False)


def _from_npz(path):
    arrays = {}
    with path.open("rb") as file, zipfile.ZipFile(file) as archive:
        for entry in archive.infolist():
            if entry.compress_type not in _METHODS:  # also where a damaged byte says so
                raise ValueError(
                    f"{entry.filename} is compressed by method {entry.compress_type}, expected one of {_METHODS}"
                )
            with archive.open(entry) as stream:  # array by array: the file is never in memory as a whole
                arrays[entry.filename.removesuffix(".npy")] = np.lib.format.read_array(stream, allow_pickle=False)
                if stream.read(1):  # the end is also where the archive's own checksum is compared
                    raise ValueError(f"{entry.filename} goes on after its array")
        # The archive ends in 22 bytes and a comment. Python does not compare the count that stands there.
        file.seek(-len(archive.comment) - 12, os.SEEK_END)
        count = int.from_bytes(file.read(2), "little")
    if min(len(arrays), 0xFFFF) != count:
        raise ValueError(f"it has {len(arrays)} entries, expected {count}")
    return arrays, json.loads(str(arrays.pop(HEADER, "{}")))


class _ForeignDtype(Exception):
    """A whole file holds a dtype of this name, which NumPy has not."""


def _to_safetensors(path, arrays, header):
    try:
        _safetensors().numpy.save_file(arrays, path, header)
    except (_safetensors().SafetensorError, KeyError) as error:
        raise ValueError(f"save: the format .safetensors cannot hold these arrays: {error}") from error


def _from_safetensors(path):
    try:
        with _safetensors().safe_open(path, framework="numpy") as file:
            return {name: _tensor(file, name) for name in file.keys()}, file.metadata() or {}  # noqa: SIM118
    except _safetensors().SafetensorError as error:
        raise ValueError(error) from error


def _tensor(file, name):
    try:
        array = file.get_tensor(name)
    except (TypeError, AttributeError):
        array = None
    if array is None or array.dtype.isbuiltin != 1:  # another package may have taught NumPy the dtype
        raise _ForeignDtype(file.get_slice(name).get_dtype())
    return array


def _safetensors():
    with needs("the format .safetensors", "safetensors", "train"):
        import safetensors.numpy  # only for these files
    return safetensors


_FORMATS = {".npz": (_to_npz, _from_npz), ".safetensors": (_to_safetensors, _from_safetensors)}
_DAMAGE = (
    ValueError,
    TypeError,
    KeyError,
    EOFError,
    struct.error,
    zlib.error,
    zipfile.BadZipFile,
    RuntimeError,
    AttributeError,
)
