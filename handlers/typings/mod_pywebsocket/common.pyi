from pywebsocket3.common import *
