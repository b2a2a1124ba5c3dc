from pywebsocket3.handshake import *
