"""Typed client of Packshot's API.

from packshot_client import Client

with Client("https://packshot.example", key="pk_…") as packshot:
    packshot.upload_file(Path("TRAINER-RED_front.jpg"), "autumn/TRAINER-RED_front.jpg")
    for asset in packshot.every_asset(sku=["TRAINER-RED"], state=["ready", "complete"]):
        print(asset["name"], asset["skus"])
"""

from .client import Client
from .problem import Problem

__all__ = ["Client", "Problem"]
