"""What was foretold of a scheme, kept so that it can be held against what came."""

from placemix.scenarios.records.evaluating import evaluate
from placemix.scenarios.records.keeping import Record, read_record, record

__all__ = ["Record", "evaluate", "read_record", "record"]
