"""Extensions of a connection: permessage-deflate (RFC 7692), and what processors of others have.

For an ordinary handler the gateway compresses. Once a handler has looked at ``request.ws_extension_processors``, what
it leaves there decides: nothing, or processors whose filters run in Python.
"""

from typing import Any
from pywebsocket3 import common as common
from pywebsocket3 import util as util
from pywebsocket3._errors import InvalidUTF8Exception as InvalidUTF8Exception
from pywebsocket3._errors import MessageTooBigException as MessageTooBigException


class ExtensionProcessorInterface:
    """What every processor of an extension has. ``request`` is the ExtensionParameter that the client sent."""
    def __init__(self, request) -> None: ...
    def request(self) -> Any:
        """The ExtensionParameter that the client sent."""
        ...
    def name(self) -> None:
        """The extension's name, or None."""
        ...
    def check_consistency_with_other_processors(self, processors) -> None:
        """Switch this processor off where it does not go together with another of the list."""
        ...
    def set_active(self, active) -> None:
        """Accept the extension, or decline it."""
        ...
    def is_active(self) -> Any:
        """Whether the extension is to be accepted."""
        ...
    def get_extension_response(self) -> Any:
        """The ExtensionParameter of the answer, or None to decline."""
        ...
    def setup_stream_options(self, stream_options) -> None:
        """Put the filters of an accepted extension into a StreamOptions."""
        ...

class PerMessageDeflateExtensionProcessor(ExtensionProcessorInterface):
    """Processor of permessage-deflate.

    What the answer says is set in web_socket_do_extra_handshake. ``set_bfinal`` and the two that switch compression on
    and off are for the time after it, from the next message on; before the answer they raise AttributeError."""
    def __init__(self, request, draft08=True) -> None: ...
    def name(self) -> Any:
        """permessage-deflate."""
        ...
    def set_client_max_window_bits(self, value) -> None:
        """Ask the client to keep its window at 8 to 15 bits; it must have offered client_max_window_bits."""
        ...
    def set_client_no_context_takeover(self, value) -> None:
        """Ask the client to compress each message on its own."""
        ...
    def set_bfinal(self, value) -> None:
        """End the DEFLATE stream with each message."""
        ...
    def enable_outgoing_compression(self) -> None:
        """Compress messages from now on."""
        ...
    def disable_outgoing_compression(self) -> None:
        """Send messages as they are from now on."""
        ...

def get_extension_processor(extension_request) -> Any:
    """A processor for the ExtensionParameter of a client, or None when the extension is unknown."""
    ...

def get_extension_processors(extension_requests) -> list[Any]:
    """The processors for a client's list of ExtensionParameter; extensions that are unknown have none."""
    ...

def negotiate(processors, stream_options) -> Any:
    """The answers of the processors that accept, in order; their filters are in ``stream_options`` then.

    Of several that compress, the first that accepts is taken. None among the processors is passed over."""
    ...

def is_compression_extension(extension_name) -> Any:
    """Whether an extension compresses, so that it excludes others that do."""
    ...

def continue_deflate(agreed, options, raw) -> None:
    """Fill ``options`` for a connection on which the host has compressed so far, as ``agreed`` says."""
    ...
