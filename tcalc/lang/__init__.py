"""The language: source text -> checked tree -> values. Knows the engine, knows no screen.

    from tcalc.lang.run import Session

Nothing is imported here, so that `tcalc.lang.source` alone stays cheap.
"""
