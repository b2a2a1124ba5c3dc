from pywebsocket3.memorizingfile import *
