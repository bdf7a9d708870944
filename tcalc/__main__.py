"""`python -m tcalc`."""

from tcalc.cli.main import main

if __name__ == "__main__":
    raise SystemExit(main())
