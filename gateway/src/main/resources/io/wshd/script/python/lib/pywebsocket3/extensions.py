"""Extensions of a connection: what a handler may change about permessage-deflate (RFC 7692).

The gateway compresses; a processor says how the handler wants it.
"""

from pywebsocket3 import common

_CLIENT_BITS = 'client_max_window_bits'
_SERVER_BITS = 'server_max_window_bits'
_CLIENT_FRESH = 'client_no_context_takeover'
_SERVER_FRESH = 'server_no_context_takeover'

_available_processors = {}


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


class PerMessageDeflateExtensionProcessor(ExtensionProcessorInterface):
    """Processor of permessage-deflate. Its setters have effect only in web_socket_do_extra_handshake."""

    def __init__(self, request, draft08=True):
        super().__init__(request)
        self._preferred_client_max_window_bits = None
        self._client_no_context_takeover = False
        self._bfinal = False
        self._compress = True

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
        self._bfinal = value

    def enable_outgoing_compression(self):
        """Compress messages from now on."""
        self._compress = True

    def disable_outgoing_compression(self):
        """Send messages as they are from now on."""
        self._compress = False

    def _get_extension_response_internal(self):
        # RFC 7692 section 7.1: a parameter that is unknown, repeated or has an invalid value declines the offer.
        request = self._request
        names = request.get_parameter_names()
        known = (_CLIENT_BITS, _SERVER_BITS, _CLIENT_FRESH, _SERVER_FRESH)
        if len(set(names)) != len(names) or not set(names).issubset(known):
            return None
        response = common.ExtensionParameter(request.name())
        if request.has_parameter(_SERVER_BITS):
            bits = request.get_parameter_value(_SERVER_BITS)
            if not _is_window_bits(bits):
                return None
            response.add_parameter(_SERVER_BITS, bits)
        if request.has_parameter(_SERVER_FRESH):
            if request.get_parameter_value(_SERVER_FRESH) is not None:
                return None
            response.add_parameter(_SERVER_FRESH, None)
        if request.has_parameter(_CLIENT_FRESH) and request.get_parameter_value(_CLIENT_FRESH) is not None:
            return None
        offered = request.has_parameter(_CLIENT_BITS)
        bits = request.get_parameter_value(_CLIENT_BITS)
        if bits is not None and not _is_window_bits(bits):
            return None
        if self._preferred_client_max_window_bits is not None:
            if not offered:
                return None
            response.add_parameter(_CLIENT_BITS, str(self._preferred_client_max_window_bits))
        if self._client_no_context_takeover:
            response.add_parameter(_CLIENT_FRESH, None)
        return response


def _is_window_bits(text):
    return text in ('8', '9', '10', '11', '12', '13', '14', '15')


_available_processors[common.PERMESSAGE_DEFLATE_EXTENSION] = PerMessageDeflateExtensionProcessor


def get_extension_processor(extension_request):
    """A processor for the ExtensionParameter of a client, or None when the extension is unknown."""
    processor = _available_processors.get(extension_request.name())
    return None if processor is None else processor(extension_request)
