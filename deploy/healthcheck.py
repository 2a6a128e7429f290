"""Asks the container's own server whether it is well, as a browser of the first configured host would through nginx.

The proxies that an engine gives to containers (HTTP_PROXY) are for other machines.
"""

import os
import sys
import urllib.error
import urllib.request

host = os.environ.get("PORTAL_HOSTS", "localhost").split(",")[0].strip()
address = f"http://127.0.0.1:{os.environ.get('PORTAL_PORT', '8000')}/healthz"
request = urllib.request.Request(address, headers={"Host": host, "X-Forwarded-Proto": "https"})
direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
try:
    with direct.open(request, timeout=4) as response:
        healthy = response.status == 200
except urllib.error.URLError as error:
    sys.exit(f"{address}: {error}")
sys.exit(0 if healthy else 1)
