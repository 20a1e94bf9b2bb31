"""What OpenML answers for a small set, served on this machine."""

import gzip
import hashlib
import json
from pathlib import Path
from urllib.parse import urlparse

from local_server import LocalServer, content

ARFF = b"""@RELATION people
@ATTRIBUTE id INTEGER
@ATTRIBUTE age NUMERIC
@ATTRIBUTE sex {Female, Male}
@ATTRIBUTE class {0, 1}
@DATA
1,25,Male,0
2,?,Female,1
3,47.5,?,1
4,31,Female,0
"""
COLUMNS = (("id", "numeric"), ("age", "numeric"), ("sex", "nominal"), ("class", "nominal"))


def pages(address: str, *, data_id: int = 7, arff: bytes = ARFF) -> dict[str, bytes]:
    """Give the four answers by path."""
    features = [
        {
            "index": str(index),
            "name": name,
            "data_type": data_type,
            "is_target": str(name == "class").lower(),
            "is_ignore": "false",
            "is_row_identifier": str(name == "id").lower(),
            "number_of_missing_values": "0",
        }
        for index, (name, data_type) in enumerate(COLUMNS)
    ]
    description = {
        "id": str(data_id),
        "name": "people",
        "version": "2",
        "description": "Four people.",
        "format": "ARFF",
        "licence": "Public",
        "status": "active",
        "file_id": "99",
        "url": f"{address}/data/v1/download/99/people.arff",
        "md5_checksum": hashlib.md5(arff, usedforsecurity=False).hexdigest(),
    }
    quality = {"name": "NumberOfInstances", "value": "4.0"}
    root = "/api/v1/json/data"
    answers = {
        f"{root}/{data_id}": {"data_set_description": description},
        f"{root}/features/{data_id}": {"data_features": {"feature": features}},
        f"{root}/qualities/{data_id}": {"data_qualities": {"quality": [quality]}},
    }
    made = {path: json.dumps(answer).encode() for path, answer in answers.items()}
    return made | {"/data/v1/download/99/people.arff": arff}


def serve_openml(server: LocalServer) -> None:
    """Let a server answer as OpenML does."""
    server.routes |= {path: content(body) for path, body in pages(server.address).items()}


def keep_as_scikit_learn(home: Path) -> None:
    """Write what scikit-learn keeps of the set to its folder."""
    for path, body in pages("https://www.openml.org").items():
        file = home / "openml" / "openml.org" / (urlparse(path).path.lstrip("/") + ".gz")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(gzip.compress(body))
