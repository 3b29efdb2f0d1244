"""Put the files of `web` where the distribution of a stage reads them."""

import hashlib
import json
from pathlib import Path

from devtools.deploy.cloud import Cloud
from devtools.web import files

_ROOT = files.PREFIX.removeprefix("/")


def upload(cloud: Cloud, project: Path, bucket: str, api: str) -> str:
    """Upload what differs and remove what is gone; says how many of each.

    Pages come last, so that what they load is there before them; what is gone is removed after that.
    """
    s3 = cloud.client("s3")
    folder = project / files.FOLDER.name
    wanted = [file for name in files.names(folder) if (file := files.read(name, folder))]
    wanted.append(files.WebFile(files.CONFIG, json.dumps({"api": api}).encode()))
    there = _there(s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=_ROOT))
    changed = [one for one in wanted if there.get(_ROOT + one.name) != _digest(one.content)]
    for one in sorted(changed, key=lambda file: (file.name.endswith(".html"), file.name)):
        s3.put_object(
            Bucket=bucket, Key=_ROOT + one.name, Body=one.content, ContentType=one.media, CacheControl=one.cache
        )
    gone = sorted(there.keys() - {_ROOT + one.name for one in wanted})
    for key in gone:
        s3.delete_object(Bucket=bucket, Key=key)
    return f"web: {len(changed)} of {len(wanted)} files uploaded, {len(gone)} removed."


def _there(pages: list[dict[str, list[dict[str, str]]]]) -> dict[str, str]:
    """Which keys there are, with the MD5 that S3 keeps of each: its entity tag, where it encrypts with its own keys."""
    return {one["Key"]: one["ETag"].strip('"') for page in pages for one in page.get("Contents", [])}


def _digest(content: bytes) -> str:
    return hashlib.md5(content, usedforsecurity=False).hexdigest()
