from pywebsocket3.http_header_util import *
