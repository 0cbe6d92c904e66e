"""Tables by class (design 03): journal (truth, never purged), local (drafts, settings …, kept by a rebuild), projections (dropped and replayed)."""
