from pywebsocket3.stream import *
