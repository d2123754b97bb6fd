"""Proxies: what stands between clients and servers, as models that can be read, run and taken apart."""
