"""Extensions of a connection: permessage-deflate (RFC 7692), and what processors of others have.

For an ordinary handler the gateway compresses. Once a handler has looked at ``request.ws_extension_processors``, what
it leaves there decides: nothing, or processors whose filters run in Python.
"""

from pywebsocket3 import common, util
from pywebsocket3._errors import InvalidUTF8Exception, MessageTooBigException

__all__ = (
    'ExtensionProcessorInterface', 'PerMessageDeflateExtensionProcessor', 'get_extension_processor',
    'get_extension_processors', 'is_compression_extension')

_CLIENT_BITS = 'client_max_window_bits'
_SERVER_BITS = 'server_max_window_bits'
_CLIENT_FRESH = 'client_no_context_takeover'
_SERVER_FRESH = 'server_no_context_takeover'

_available_processors = {}
_compression_extension_names = []


class ExtensionProcessorInterface:
    """What every processor of an extension has. ``request`` is the ExtensionParameter that the client sent."""

    def __init__(self, request):
        self._request = request
        self._active = True

    def request(self):
        """The ExtensionParameter that the client sent."""
        return self._request

    def name(self):
        """The extension's name, or None."""
        return None

    def check_consistency_with_other_processors(self, processors):
        """Switch this processor off where it does not go together with another of the list."""

    def set_active(self, active):
        """Accept the extension, or decline it."""
        self._active = active

    def is_active(self):
        """Whether the extension is to be accepted."""
        return self._active

    def _get_extension_response_internal(self):
        return None

    def get_extension_response(self):
        """The ExtensionParameter of the answer, or None to decline."""
        if self._active:
            response = self._get_extension_response_internal()
            if response is None:
                self._active = False
            return response
        return None

    def _setup_stream_options_internal(self, stream_options):
        """Put the filters of the extension into a StreamOptions; overridden by processors that have any."""

    def setup_stream_options(self, stream_options):
        """Put the filters of an accepted extension into a StreamOptions."""
        if self._active:
            self._setup_stream_options_internal(stream_options)


class _Filter:
    """An object with a method ``filter``, which is a function given."""

    def __init__(self, function):
        self.filter = function


class _PerMessageDeflateFramer:
    """The filters of permessage-deflate on one connection, and what a handler may change on the way."""

    def __init__(self, deflater, inflater):
        self._deflater = deflater
        self._inflater = inflater
        self._bfinal = False
        self._compress = True
        self._sending = False
        self._deflating = False
        self._inflating = False

    def set_bfinal(self, value):
        """End the DEFLATE stream with each message."""
        self._bfinal = value

    def enable_outgoing_compression(self):
        """Compress messages from the next one on."""
        self._compress = True

    def disable_outgoing_compression(self):
        """Send messages as they are from the next one on."""
        self._compress = False

    def setup(self, stream_options):
        """Put the filters into a StreamOptions."""
        def inflate(message):
            if not self._inflating:
                return message
            self._inflating = False
            return self._inflater.filter(message, stream_options._limit)
        # The filter of messages encodes texts, to compress them.
        stream_options.encode_text_message_to_utf8 = False
        stream_options.outgoing_message_filters.append(_Filter(self._deflate))
        stream_options.outgoing_frame_filters.append(_Filter(self._mark))
        stream_options.incoming_frame_filters.append(_Filter(self._unmark))
        stream_options.incoming_message_filters.append(_Filter(inflate))

    def _deflate(self, message, end=True, binary=False):
        if not binary:
            message = message.encode('utf-8')
        if not self._sending:
            self._deflating = self._compress
        self._sending = not end
        if not self._deflating:
            return message
        return self._deflater.filter(message, end=end, bfinal=self._bfinal)

    def _mark(self, frame):
        if self._deflating and frame.opcode in (common.OPCODE_TEXT, common.OPCODE_BINARY):
            frame.rsv1 = 1

    def _unmark(self, frame):
        # RFC 7692 section 6: the bit stands on the first frame of a message only.
        if frame.rsv1 and frame.opcode in (common.OPCODE_TEXT, common.OPCODE_BINARY):
            self._inflating = True
            frame.rsv1 = 0


class PerMessageDeflateExtensionProcessor(ExtensionProcessorInterface):
    """Processor of permessage-deflate.

    What the answer says is set in web_socket_do_extra_handshake. ``set_bfinal`` and the two that switch compression on
    and off are for the time after it, from the next message on; before the answer they raise AttributeError.
    """

    def __init__(self, request, draft08=True):
        super().__init__(request)
        self._preferred_client_max_window_bits = None
        self._client_no_context_takeover = False

    def name(self):
        """permessage-deflate."""
        return common.PERMESSAGE_DEFLATE_EXTENSION

    def set_client_max_window_bits(self, value):
        """Ask the client to keep its window at 8 to 15 bits; it must have offered client_max_window_bits."""
        self._preferred_client_max_window_bits = value

    def set_client_no_context_takeover(self, value):
        """Ask the client to compress each message on its own."""
        self._client_no_context_takeover = value

    def set_bfinal(self, value):
        """End the DEFLATE stream with each message."""
        self._framer.set_bfinal(value)

    def enable_outgoing_compression(self):
        """Compress messages from now on."""
        self._framer.enable_outgoing_compression()

    def disable_outgoing_compression(self):
        """Send messages as they are from now on."""
        self._framer.disable_outgoing_compression()

    def _get_extension_response_internal(self):
        # RFC 7692 section 7.1: a parameter that is unknown, repeated or has an invalid value declines the offer.
        request = self._request
        names = request.get_parameter_names()
        known = (_CLIENT_BITS, _SERVER_BITS, _CLIENT_FRESH, _SERVER_FRESH)
        if len(set(names)) != len(names) or not set(names).issubset(known):
            return None
        if any([request.get_parameter_value(name) is not None for name in (_SERVER_FRESH, _CLIENT_FRESH)]):
            return None
        response = common.ExtensionParameter(request.name())
        server_bits = None
        try:
            if request.has_parameter(_SERVER_BITS):
                server_bits = _parse_window_bits(request.get_parameter_value(_SERVER_BITS))
                response.add_parameter(_SERVER_BITS, str(server_bits))
            if request.get_parameter_value(_CLIENT_BITS) is not None:
                _parse_window_bits(request.get_parameter_value(_CLIENT_BITS))
        except ValueError:
            return None
        fresh = request.has_parameter(_SERVER_FRESH)
        if fresh:
            response.add_parameter(_SERVER_FRESH, None)
        if self._preferred_client_max_window_bits is not None:
            if not request.has_parameter(_CLIENT_BITS):
                return None
            response.add_parameter(_CLIENT_BITS, str(self._preferred_client_max_window_bits))
        if self._client_no_context_takeover:
            response.add_parameter(_CLIENT_FRESH, None)
        self._rfc1979_deflater = util._RFC1979Deflater(server_bits, fresh)
        self._rfc1979_inflater = util._RFC1979Inflater()
        return response

    def _setup_stream_options_internal(self, stream_options):
        self._framer = _PerMessageDeflateFramer(self._rfc1979_deflater, self._rfc1979_inflater)
        self._framer.setup(stream_options)


def _parse_window_bits(bits):
    """The number of a window's bits; ValueError for what RFC 7692 section 7.1.2 does not allow."""
    if bits not in ('8', '9', '10', '11', '12', '13', '14', '15'):
        raise ValueError(f'Invalid window bits: {bits!r}')
    return int(bits)


_available_processors[common.PERMESSAGE_DEFLATE_EXTENSION] = PerMessageDeflateExtensionProcessor
_compression_extension_names.append(common.PERMESSAGE_DEFLATE_EXTENSION)


def get_extension_processor(extension_request):
    """A processor for the ExtensionParameter of a client, or None when the extension is unknown."""
    processor = _available_processors.get(extension_request.name())
    return None if processor is None else processor(extension_request)


def get_extension_processors(extension_requests):
    """The processors for a client's list of ExtensionParameter; extensions that are unknown have none."""
    processors = [get_extension_processor(request) for request in extension_requests]
    return [processor for processor in processors if processor is not None]


def negotiate(processors, stream_options):
    """The answers of the processors that accept, in order; their filters are in ``stream_options`` then.

    Of several that compress, the first that accepts is taken. None among the processors is passed over.
    """
    processors = [processor for processor in processors if processor is not None]
    for processor in reversed(processors):
        if processor.is_active():
            processor.check_consistency_with_other_processors(processors)
    accepted = []
    compressing = False
    for processor in processors:
        if compressing and is_compression_extension(processor.name()):
            processor.set_active(False)
        if not processor.is_active():
            continue
        answer = processor.get_extension_response()
        if answer is not None:
            accepted.append(answer)
            processor.setup_stream_options(stream_options)
            compressing = compressing or is_compression_extension(processor.name())
    return accepted


def is_compression_extension(extension_name):
    """Whether an extension compresses, so that it excludes others that do."""
    return extension_name in _compression_extension_names


class _HostInflater:
    """Inflates on where the host has begun, which knows the window of the messages before."""

    def __init__(self, raw):
        self._raw = raw

    def filter(self, bytes_, limit=None):
        result = self._raw.inflate(bytes_, limit)
        if isinstance(result, bytes):
            return result
        if result == common.STATUS_MESSAGE_TOO_BIG:
            raise MessageTooBigException('The message is longer than %d bytes' % limit)
        raise InvalidUTF8Exception('The compressed data is corrupt')


def continue_deflate(agreed, options, raw):
    """Fill ``options`` for a connection on which the host has compressed so far, as ``agreed`` says."""
    offer = common.ExtensionParameter(agreed.name())
    for name, value in agreed.get_parameters():
        if name in (_SERVER_BITS, _SERVER_FRESH):
            offer.add_parameter(name, value)
    processor = PerMessageDeflateExtensionProcessor(offer)
    processor.get_extension_response()
    processor._rfc1979_inflater = _HostInflater(raw)
    processor.setup_stream_options(options)
