"""Small tools: maskers, raw DEFLATE, dumps, names of loggers."""

import sys


def get_stack_trace():
    """The traceback of the exception being handled, as str."""
    import traceback
    return traceback.format_exc()


def prepend_message_to_exception(message, exc):
    """Put ``message`` before the text of an exception, in its ``args``."""
    exc.args = (message + str(exc),)


def get_script_interp(script_path, cygwin_path=None):
    """The interpreter and its arguments from a script's ``#!`` line, or None when it has none.

    With ``cygwin_path``, a program with a path is looked for by its name there.
    """
    with open(script_path, encoding='latin-1') as script:
        line = script.readline()
    if not line.startswith('#!'):
        return None
    words = line[2:].split(None, 1)
    if not words:
        return None
    if cygwin_path and '/' in words[0]:
        words[0] = cygwin_path.rstrip('/') + '/' + words[0].rpartition('/')[2]
    return ' '.join([word.strip() for word in words])


def hexify(s):
    """Bytes as hexadecimal digits, two each with blanks between: b'AZ' is '41 5a'."""
    return s.hex(' ')


def get_class_logger(o):
    """A logging.Logger with the name ``module.Class`` of an object's class."""
    import logging
    kind = type(o)
    return logging.getLogger(f'{kind.__module__}.{kind.__name__}')


def pack_byte(b):
    """An integer from 0 to 255 as one byte."""
    return bytes((b,))


class NoopMasker:
    """A masker that leaves the payload as it is."""

    def mask(self, s):
        """Return ``s``."""
        return s


class RepeatedXorMasker:
    """Masks and unmasks payload with a key of four bytes, piece by piece (RFC 6455 section 5.3)."""

    def __init__(self, masking_key):
        self._masking_key = bytes(masking_key)
        self._masking_key_index = 0

    def mask(self, s):
        """The next piece, masked or unmasked."""
        if isinstance(s, str):
            raise TypeError("a bytes-like object is required, not 'str'")
        size = len(s)
        if not size:
            return b''
        at = self._masking_key_index
        key = self._masking_key[at:] + self._masking_key[:at]
        self._masking_key_index = (at + size) % 4
        # One operation on big integers is much faster than a loop over the bytes.
        pad = (key * (size // 4 + 1))[:size]
        order = sys.byteorder
        return (int.from_bytes(s, order) ^ int.from_bytes(pad, order)).to_bytes(size, order)


def _compressobj(zlib, window_bits):
    """A compressor of zlib, or of the host for the windows that GraalPy's zlib does not heed."""
    if window_bits < 15:
        try:
            from _wshd_host import deflater
        except ImportError:
            # zlib has no window of 8 bits for raw DEFLATE; with 9 it never looks back further than 250 bytes.
            window_bits = max(window_bits, 9)
        else:
            return _HostCompress(deflater(window_bits))
    return zlib.compressobj(zlib.Z_DEFAULT_COMPRESSION, zlib.DEFLATED, -window_bits)


class _HostCompress:
    """The host's compressor with the methods of zlib's."""

    def __init__(self, deflater):
        self._deflater = deflater

    def compress(self, data):
        return self._deflater.compress(data, 0)

    def flush(self, mode):
        return self._deflater.compress(b'', mode)


class _Deflater:
    """Raw DEFLATE compression with a window of 2 to the power of ``window_bits`` bytes."""

    def __init__(self, window_bits):
        import zlib
        self._zlib = zlib
        self._compress = _compressobj(zlib, window_bits)

    def compress(self, bytes_):
        """Compress, and give out what is ready."""
        return self._compress.compress(bytes_)

    def compress_and_flush(self, bytes_):
        """Compress and give out everything so far, ending with an empty block."""
        return self._compress.compress(bytes_) + self._compress.flush(self._zlib.Z_SYNC_FLUSH)

    def compress_and_finish(self, bytes_):
        """Compress and end the stream: its last block has the BFINAL bit."""
        return self._compress.compress(bytes_) + self._compress.flush(self._zlib.Z_FINISH)


class _Inflater:
    """Raw DEFLATE decompression; streams that follow one another are read as one."""

    def __init__(self, window_bits):
        import zlib
        self._zlib = zlib
        self._window_bits = window_bits
        self._unconsumed = b''
        self.reset()

    def append(self, bytes_):
        """Give it compressed bytes."""
        self._unconsumed += bytes_

    def decompress(self, size):
        """What the bytes given so far decompress to: all of it for ``size`` -1, else at most that many bytes.

        Raises zlib.error, after which the inflater cannot be used any more, when they are no DEFLATE stream.
        """
        if size < -1 or size == 0:
            raise ValueError('size must be -1 or positive')
        parts = []
        left = size
        while True:
            part = self._inflate.decompress(self._unconsumed, 0 if size == -1 else left)
            parts.append(part)
            left -= len(part)
            ended = self._inflate.eof
            if ended:
                self._unconsumed = self._inflate.unused_data
                self.reset()
            else:
                self._unconsumed = self._inflate.unconsumed_tail
            if left == 0 or not self._unconsumed and (size == -1 or ended or not part):
                return b''.join(parts)

    def reset(self):
        """Begin a new stream, forgetting the window."""
        self._inflate = self._zlib.decompressobj(-self._window_bits)


class _RFC1979Deflater:
    """Compresses messages as RFC 1979 and RFC 7692 want them: without the tail 00 00 FF FF of the empty block."""

    def __init__(self, window_bits, no_context_takeover):
        self._window_bits = 15 if window_bits is None else window_bits
        self._no_context_takeover = no_context_takeover
        self._deflater = None

    def filter(self, bytes_, end=True, bfinal=False):
        """The compressed form of a message, or with ``end=False`` of a piece of one.

        ``bfinal`` ends the DEFLATE stream; a byte 0 after it stands for the empty block whose tail is left out.
        """
        if self._deflater is None:
            self._deflater = _Deflater(self._window_bits)
        if bfinal:
            result = self._deflater.compress_and_finish(bytes_) + b'\0'
            self._deflater = None
            return result
        result = self._deflater.compress_and_flush(bytes_)
        if end:
            result = result[:-4]
            if self._no_context_takeover:
                self._deflater = None
        return result


class _RFC1979Inflater:
    """Decompresses messages that ``_RFC1979Deflater`` made; give it whole messages."""

    def __init__(self, window_bits=15):
        self._inflater = _Inflater(window_bits)

    def filter(self, bytes_, limit=None):
        """The message that the bytes were made from.

        Raises InvalidUTF8Exception (the framing is right, the data is not) for what is no DEFLATE stream, and
        MessageTooBigException for a message of more than ``limit`` bytes.
        """
        from pywebsocket3._errors import InvalidUTF8Exception, MessageTooBigException
        self._inflater.append(bytes_ + b'\x00\x00\xff\xff')
        try:
            message = self._inflater.decompress(-1 if limit is None else limit + 1)
        except self._inflater._zlib.error as e:
            raise InvalidUTF8Exception(f'The compressed data is corrupt: {e}') from e
        if limit is not None and len(message) > limit:
            raise MessageTooBigException(f'The message is longer than {limit} bytes')
        return message
