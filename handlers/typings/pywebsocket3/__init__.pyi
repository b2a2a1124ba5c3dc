"""The API that WebSocket handler scripts of pywebsocket are written against.

A handler script is a file ``name_wsh.py`` with two functions, and a third one if it wants::

    def web_socket_do_extra_handshake(request): ...       # accept by returning, refuse by raising
    def web_socket_transfer_data(request): ...            # the conversation; returning closes it
    def web_socket_passive_closing_handshake(request): ...  # answer to the client's Close: (code, reason)

``mod_pywebsocket`` is another name of this package: both names give the same modules and classes.
Submodules are imported when they are first looked at, since start-up time counts.
"""

from . import common as common
from . import dispatch as dispatch
from . import extensions as extensions
from . import handshake as handshake
from . import http_header_util as http_header_util
from . import memorizingfile as memorizingfile
from . import msgutil as msgutil
from . import stream as stream
from . import util as util
