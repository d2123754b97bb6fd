"""The strangler fig: a façade moves users, route by route, from the old system to the new one."""
