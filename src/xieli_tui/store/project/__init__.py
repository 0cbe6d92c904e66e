"""Topics of the projections; importing this package registers them all (`base.TOPICS`)."""

from xieli_tui.store.project import aid, household, matters, packs, registers, road, rulings, work

__all__ = ["aid", "household", "matters", "packs", "registers", "road", "rulings", "work"]
