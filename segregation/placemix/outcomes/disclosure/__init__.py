"""What may be printed: small counts hidden, others with them, so that nobody can work them out."""

from placemix.outcomes.disclosure.attacking import recoverable
from placemix.outcomes.disclosure.protecting import suppress
from placemix.outcomes.disclosure.publishing import Protected
from placemix.outcomes.disclosure.rules import RULES, Rule

__all__ = ["RULES", "Protected", "Rule", "recoverable", "suppress"]
