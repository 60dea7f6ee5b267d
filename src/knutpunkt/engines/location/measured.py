"""Kinds of distance between coordinates."""

#: Radius of the earth of the published covering instances, metres.
EARTH = 6_371_000.0
PLANE, PLANE_FLOOR, SPHERE = 0, 1, 2
