"""Another name of pywebsocket3."""

from pywebsocket3 import common as common
from pywebsocket3 import dispatch as dispatch
from pywebsocket3 import extensions as extensions
from pywebsocket3 import handshake as handshake
from pywebsocket3 import http_header_util as http_header_util
from pywebsocket3 import memorizingfile as memorizingfile
from pywebsocket3 import msgutil as msgutil
from pywebsocket3 import stream as stream
from pywebsocket3 import util as util
