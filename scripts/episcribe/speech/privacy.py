"""What the libraries under the recognition would tell their makers, kept from being told."""

import os

# ONNX Runtime's builds send events on models and machines and write a device id into the cache folder, unless
# this is set before they are loaded (microsoft/onnxruntime, pull request 27379).
_SILENCED = ("ORT_DISABLE_TELEMETRY", "HF_HUB_DISABLE_TELEMETRY", "DO_NOT_TRACK")


def keep_private() -> None:
    """Switch telemetry off for this process; to be called before the libraries are imported."""
    for name in _SILENCED:
        os.environ[name] = "1"
