"""`python -m placemix`."""

from placemix.cli import main

if __name__ == "__main__":
    main()
