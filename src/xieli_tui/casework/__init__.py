"""Use cases of the village and what every desk shares: a session and a typed request in, what changed out.

Every event of the product is made through `session.Session.record` / `transact`. Nothing here knows SQL or a screen.
"""
