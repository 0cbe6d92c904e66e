"""`python -m xieli_sync verify|inspect`: the stand-alone verifier."""

from xieli_sync.verify import main

raise SystemExit(main())
