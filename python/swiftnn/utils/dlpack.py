"""Memory shared with other libraries by way of DLPack."""

from .. import _C

from_dlpack, to_dlpack = map(_C.functions.get, ("from_dlpack", "to_dlpack"))
