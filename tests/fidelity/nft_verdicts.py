"""nftables' verdicts, by the kernel: `python nft_verdicts.py < jobs.json` as root; each job has a namespace.

A job is {"nft": a ruleset, "packets": [[0 or 1, hex], …], "last": two more}: IP packets that come in through tun0
(inside) or tun1 (outside), and are to be forwarded through the other. What comes out there was accepted. A packet's
last four bytes are its number. The last two, one in each direction, are always accepted: a processor forwards packets
in the order in which they come, so once these are out, nothing more will come. The process puts itself into the
namespaces, so nothing is left when it ends, and the host is not touched.
"""

import ctypes
import fcntl
import json
import os
import select
import struct
import subprocess
import sys
from pathlib import Path

CLONE_NEWNET, TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x40000000, 0x400454CA, 1, 0x1000
INSIDE = ("10.0.0.0/8", "2001:db8:1::/48")


def verdicts(job):
    if ctypes.CDLL(None, use_errno=True).unshare(CLONE_NEWNET):
        raise OSError(ctypes.get_errno(), "no network namespace")
    tuns = [_tun(name) for name in ("tun0", "tun1")]
    try:
        _set_up()
        subprocess.run(["nft", "-f", "-"], input=job["nft"], text=True, check=True)
        out = set()
        for at, data in job["packets"]:
            os.write(tuns[at], bytes.fromhex(data))
            out |= _came_out(tuns[1 - at])
        for at, data in job["last"]:
            os.write(tuns[at], bytes.fromhex(data))
            out |= _came_out(tuns[1 - at], until=int(data[-8:], 16))
        return [n in out for n in range(len(job["packets"]))]
    finally:
        for tun in tuns:
            os.close(tun)


def _tun(name):
    tun = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
    fcntl.ioctl(tun, TUNSETIFF, struct.pack("16sH22x", name.encode(), IFF_TUN | IFF_NO_PI))
    return tun


def _set_up():
    # A batch, one process: both cables up, inside behind tun0, the rest of the world behind tun1.
    lines = ["link set tun0 up", "link set tun1 up", f"route add {INSIDE[0]} dev tun0", "route add default dev tun1"]
    subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)
    lines = [f"route add {INSIDE[1]} dev tun0", "route add default dev tun1"]
    subprocess.run(["ip", "-6", "-batch", "-"], input="\n".join(lines), text=True, check=True)
    settings = {"ipv4/ip_forward": 1, "ipv6/conf/all/forwarding": 1}
    settings |= {f"ipv4/conf/{where}/rp_filter": 0 for where in ("all", "tun0", "tun1")}
    for name, value in settings.items():
        Path("/proc/sys/net", name).write_text(str(value))


def _came_out(tun, until=None):
    """What has come out; with `until`, wait for this one."""
    found = set()
    while select.select([tun], [], [], 0 if until is None or until in found else 60)[0]:
        data = os.read(tun, 65536)
        if data[-8:-4] == b"mark":  # and nothing that the kernel itself has to say
            found.add(int.from_bytes(data[-4:], "big"))
    if until is not None and until not in found:
        raise TimeoutError("a packet that is always accepted did not come out")
    return found


if __name__ == "__main__":
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    json.dump([verdicts(job) for job in json.load(sys.stdin)], sys.stdout)
