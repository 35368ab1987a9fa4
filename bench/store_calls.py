"""What one small call to the store costs: obstore, which the services use, against the minio client.

    packshot up && python -m bench.store_calls [--rounds 5]

CPU time of our own process, interleaved call by call on the running copy; the median of the rounds, and the ratio.
"""

import argparse
import os
import statistics
import time
from collections.abc import Awaitable, Callable
from uuid import uuid4

import uvloop

from cli.connect import settings_of
from cli.home import current
from runtime.minio_store import MinioBucket
from runtime.objects import Bucket
from runtime.s3_store import Store

CALLS = 100


async def cost(call: Callable[[], Awaitable[object]]) -> float:
    """Milliseconds of CPU of one."""
    began = time.process_time()
    for _ in range(CALLS):
        await call()
    return (time.process_time() - began) / CALLS * 1000


def calls_of(bucket: Bucket, key: str) -> dict[str, Callable[[], Awaitable[object]]]:
    """What services do most."""
    small, large = os.urandom(1000), os.urandom(1_000_000)
    return {
        "write 1 kB": lambda: bucket.put(key, small),
        "look": lambda: bucket.head(key),
        "read 1 kB": lambda: bucket.get(key),
        "list a folder": lambda: bucket.listing(key.rpartition("/")[0] + "/"),
        "write 1 MB": lambda: bucket.put(key, large),
    }


async def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    rounds = parser.parse_args().rounds
    store = Store(settings_of(current()))
    ours, key = store.bucket("library"), f"tmp-bench/{uuid4()}/object"
    plain = MinioBucket(store.client, "library", store.threads)
    try:
        both = calls_of(ours, key), calls_of(plain, key)
        for name in both[0]:
            quick, slow = zip(
                *[(await cost(both[0][name]), await cost(both[1][name])) for _ in range(rounds)], strict=True
            )
            a, b = statistics.median(quick), statistics.median(slow)
            print(f"{name:14} obstore {a:.2f} ms   minio {b:.2f} ms   ratio {a / b:.2f}", flush=True)
    finally:
        for info in await ours.versions(key):
            await ours.remove(key, info.version_id)
        store.close()


if __name__ == "__main__":
    uvloop.run(main())
