from pywebsocket3.handshake.base import *
