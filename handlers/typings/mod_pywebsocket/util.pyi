from pywebsocket3.util import *
from pywebsocket3.util import _Deflater as _Deflater
from pywebsocket3.util import _Inflater as _Inflater
