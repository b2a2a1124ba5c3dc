"""Finding handler scripts below a directory, and running their hooks.

The gateway has its own way of finding and reloading scripts; this is the class for programs that do it themselves.
"""

from typing import Any
from pywebsocket3 import common as common
from pywebsocket3 import util as util
from pywebsocket3._errors import AbortedByUserException as AbortedByUserException
from pywebsocket3._errors import BadOperationException as BadOperationException
from pywebsocket3._errors import ConnectionTerminatedException as ConnectionTerminatedException
from pywebsocket3._errors import HandshakeException as HandshakeException
from pywebsocket3._errors import InvalidFrameException as InvalidFrameException
from pywebsocket3._errors import InvalidUTF8Exception as InvalidUTF8Exception
from pywebsocket3._errors import UnsupportedFrameException as UnsupportedFrameException


class DispatchException(Exception):
    """No handler is there for a resource, or a script is none. ``status`` is the HTTP status of the answer."""
    status: Any
    def __init__(self, name, status=...) -> None: ...

class Dispatcher:
    """The handlers below a directory: ``a/b_wsh.py`` handles the path ``/a/b``.

    Scripts that fail to load are left out; ``source_warnings`` tells why."""
    def __init__(self, root_dir, scan_dir=None, allow_handlers_outside_root_dir=True, handler_encoding=None) -> None: ...
    def add_resource_path_alias(self, alias_resource_path, existing_resource_path) -> None:
        """Let another path have the handler of an existing one; raises DispatchException when there is none."""
        ...
    def source_warnings(self) -> Any:
        """Why scripts were left out, one text each."""
        ...
    def get_handler_suite(self, resource) -> Any:
        """The hooks for a resource, its query aside, or None. Raises DispatchException (400) for a fragment."""
        ...
    def do_extra_handshake(self, request) -> None:
        """Run the hook of that name.

        Raises DispatchException without a handler, AbortedByUserException and HandshakeException as the hook did,
        and HandshakeException with status 403 for any other exception."""
        ...
    def transfer_data(self, request) -> None:
        """Run the hook of that name and close as its end demands; exceptions with no close code pass through."""
        ...
    def passive_closing_handshake(self, request) -> Any:
        """The (code, reason) that the hook of that name answers; 1000 without a handler or a hook."""
        ...
