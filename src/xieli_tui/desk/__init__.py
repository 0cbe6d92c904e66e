"""Township and county desks: what an officer may do with what the villages hand in.

Same session as casework; every verb here first asks `guards.require_desk` and raises `Refused("XL-P0x")` where role, area or delegation do
not allow it. Nothing in this room computes a verdict or touches SQL.
"""
