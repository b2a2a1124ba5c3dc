"""Checks and formats that parts of the opening handshake have in common."""

from typing import Any
from pywebsocket3 import common as common
from pywebsocket3._errors import AbortedByUserException as AbortedByUserException
from pywebsocket3._errors import HandshakeException as HandshakeException
from pywebsocket3._errors import VersionException as VersionException


def get_default_port(is_secure) -> Any:
    """443 for wss, 80 for ws."""
    ...

def validate_subprotocol(subprotocol) -> None:
    """Raise HandshakeException unless the subprotocol is a token (RFC 6455 section 4.1)."""
    ...

def parse_host_header(request) -> tuple[Any, ...]:
    """The Host header as (host, port), the port being the scheme's default when absent.

    Raises HandshakeException for a port that is no number."""
    ...

def get_mandatory_header(request, key) -> Any:
    """The value of a header of the request; raises HandshakeException with status 400 when it is absent."""
    ...

def validate_mandatory_header(request, key, expected_value, fail_status=None) -> None:
    """Raise HandshakeException unless the header is there and has the value, in any case of letters."""
    ...

def check_request_line(request) -> None:
    """Raise HandshakeException unless method and version are those of RFC 6455 section 4.1: GET and HTTP/1.1."""
    ...

def parse_token_list(data) -> Any:
    """The tokens of a comma-separated list; raises HandshakeException when it is none."""
    ...

def format_header(name, value) -> str:
    """A header line with its line end."""
    ...
