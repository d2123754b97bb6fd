"""The same on the real thing: three HTTP servers on 127.0.0.1, a real cookie jar, and a real store."""
