"""``python -m toolkit.cli``: the command line without its installed script."""

from toolkit.cli.main import main

main()
