"""Small tools: maskers, raw DEFLATE, dumps, names of loggers."""

from typing import Any


def get_stack_trace() -> Any:
    """The traceback of the exception being handled, as str."""
    ...

def prepend_message_to_exception(message, exc) -> None:
    """Put ``message`` before the text of an exception, in its ``args``."""
    ...

def get_script_interp(script_path, cygwin_path=None) -> Any:
    """The interpreter and its arguments from a script's ``#!`` line, or None when it has none.

    With ``cygwin_path``, a program with a path is looked for by its name there."""
    ...

def hexify(s) -> Any:
    """Bytes as hexadecimal digits, two each with blanks between: b'AZ' is '41 5a'."""
    ...

def get_class_logger(o) -> Any:
    """A logging.Logger with the name ``module.Class`` of an object's class."""
    ...

def pack_byte(b) -> Any:
    """An integer from 0 to 255 as one byte."""
    ...

class NoopMasker:
    """A masker that leaves the payload as it is."""
    def mask(self, s) -> Any:
        """Return ``s``."""
        ...

class RepeatedXorMasker:
    """Masks and unmasks payload with a key of four bytes, piece by piece (RFC 6455 section 5.3)."""
    def __init__(self, masking_key) -> None: ...
    def mask(self, s) -> Any:
        """The next piece, masked or unmasked."""
        ...

class _Deflater:
    """Raw DEFLATE compression with a window of 2 to the power of ``window_bits`` bytes."""
    def __init__(self, window_bits) -> None: ...
    def compress(self, bytes_) -> Any:
        """Compress, and give out what is ready."""
        ...
    def compress_and_flush(self, bytes_) -> Any:
        """Compress and give out everything so far, ending with an empty block."""
        ...
    def compress_and_finish(self, bytes_) -> Any:
        """Compress and end the stream: its last block has the BFINAL bit."""
        ...

class _Inflater:
    """Raw DEFLATE decompression; streams that follow one another are read as one."""
    def __init__(self, window_bits) -> None: ...
    def append(self, bytes_) -> None:
        """Give it compressed bytes."""
        ...
    def decompress(self, size) -> Any:
        """What the bytes given so far decompress to: all of it for ``size`` -1, else at most that many bytes.

        Raises zlib.error, after which the inflater cannot be used any more, when they are no DEFLATE stream."""
        ...
    def reset(self) -> None:
        """Begin a new stream, forgetting the window."""
        ...
