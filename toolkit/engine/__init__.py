"""Where queries run: SQL over named tables in, Arrow out, on an engine that is a setting and not a way of asking."""

from toolkit.engine.embedded import Embedded
from toolkit.engine.protocol import Engine
from toolkit.engine.query import Asker, columns_of, frame_of, row_of
from toolkit.engine.setting import opened

__all__ = ["Asker", "Embedded", "Engine", "columns_of", "frame_of", "opened", "row_of"]
