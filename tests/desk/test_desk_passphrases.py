"""Passphrases on a desk: who is entered there with less than the desk's own rights gives nobody more."""

from __future__ import annotations

import pytest
from desk_office import Office

from xieli_tui.casework import passphrases
from xieli_tui.casework.passphrases import AddOperator
from xieli_tui.casework.session import open_session
from xieli_tui.desk import operators
from xieli_tui.errors import XieliError
from xieli_tui.store import queries

SECOND, THIRD = "5555 6666 7777 8888", "0123 4567 8901 2345"


def test_a_township_officer_at_the_countys_desk_lets_nobody_in(office: Office) -> None:
    """He is held to the township's rights there (design 09); a new passphrase for the county's own officer would give him hers."""
    county = office.county
    officer = operators.add_operator(county, operators.AddOperator("刘芳", "township", "999999001"))
    passphrases.add(county, AddOperator(operator=officer.id, kdf="floor"), SECOND)
    with open_session(county.workspace, SECOND, clock=office.clock) as township:
        for attempt in (lambda: passphrases.add(township, AddOperator(operator="1", kdf="floor"), THIRD), lambda: passphrases.add(township, AddOperator("别人", kdf="floor"), THIRD), lambda: passphrases.remove(township, "1")):
            with pytest.raises(XieliError) as refused:
                attempt()
            assert refused.value.code == "XL-P03"
        assert passphrases.change(township, SECOND, THIRD, kdf="floor").operator == officer.id
    with county.reading() as tx:
        assert next(one for one in queries.operators(tx) if one.dev == county.dev and one.operator == officer.id).area == "999999001"
