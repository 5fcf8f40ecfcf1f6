"""Contents to upload."""

import random


def random_bytes(size, seed=0):
    """The same for the same seed."""
    return random.Random(seed).randbytes(size)
