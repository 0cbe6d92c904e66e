"""The road: events, keys, bundles, and how they travel. Knows no household and no screen; needs only `cryptography`."""
