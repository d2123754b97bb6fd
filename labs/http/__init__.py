"""HTTP/1.1 as bytes on a connection, for every lesson that speaks it."""
