"""Where the npm packages of the extra for 3D lie (`./packshot setup --with 3d`): render's tools, delivery's viewer."""

import sys
from pathlib import Path

# Beside the Python packages of the same extra, so that a new virtual environment asks for both again.
PACKAGES = Path(sys.prefix, "share", "packshot-3d", "node_modules")
VIEWER = {
    "model-viewer.js": PACKAGES / "@google" / "model-viewer" / "dist" / "model-viewer.min.js",
    "meshopt.js": PACKAGES / "meshoptimizer" / "meshopt_decoder.cjs",
}
"""What turns a model in a browser, and what unpacks its geometry there."""
