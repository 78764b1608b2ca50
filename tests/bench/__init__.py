"""`make bench`: every figure beside its floor, in the same run. Never part of the tests: they are not timed."""
