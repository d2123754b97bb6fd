"""Who is asking? Sessions that a server remembers, and tokens that say it themselves.

journey     one user's requests to several servers, every lookup counted; what a crash and a closed account do
revocation  how long a closed account can still be used, for four designs
cookies     what a browser keeps and sends; a login and a signed cookie that hold against a thief
real        three HTTP servers on 127.0.0.1 with one store, SQLite or Redis, and a client with a cookie jar
"""
