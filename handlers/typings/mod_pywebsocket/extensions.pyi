from pywebsocket3.extensions import *
