"""What a run's numbers may depend on besides its settings."""

import json
import os
import platform
from functools import cache

_PACKAGES = ("bias-lab", "numpy", "scipy", "scikit-learn", "pandas", "keras", "tensorflow")


@cache
def environment_json() -> str:
    """Describe interpreter, machine and package versions as JSON, importing none of them."""
    return json.dumps(
        {
            "python": platform.python_version(),
            "platform": platform.platform(),
            "machine": platform.machine(),
            "processors": os.cpu_count(),
            "packages": {name: version for name in _PACKAGES if (version := _version(name))},
        }
    )


def _version(package: str) -> str | None:
    from importlib import metadata

    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None
