from pywebsocket3.handshake.hybi import *
