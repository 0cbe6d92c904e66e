"""Measurements: every figure is a ratio of two things taken in the same run, medians of interleaved rounds, one JSON line per result.

`python -m bench` runs all, `python -m bench help first_paint` some. Wall clocks are never asserted; the goals of design 11 stand beside.
"""
