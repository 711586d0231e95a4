"""Shows a HiveFrame colony, a Python process, on a dashboard. Arguments: its address and a file with the token.

Without HiveFrame, put a stand-in called hiveframe.py on PYTHONPATH, beside hiveframe_bridge.py.
"""

import sys
import time

from hiveframe import HiveFrame
from hiveframe_bridge import attach


def slow_square(number):
    time.sleep(0.05)
    return number * number


url = sys.argv[1] if len(sys.argv) > 1 else "http://127.0.0.1:8080"
with open(sys.argv[2] if len(sys.argv) > 2 else "token") as file:
    token = file.read().strip()

hive = HiveFrame(num_workers=4)
# The bridge ends with the block, and sends what it still has.
with attach(hive, to=url, cluster="python", token=token):
    print(f"Dashboard: {url}/clusters/python", flush=True)
    try:
        while True:
            hive.map(list(range(40)), slow_square)
    except KeyboardInterrupt:
        pass
