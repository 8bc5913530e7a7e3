"""Where a service could stand: who would use it, who would be nearer, and what no other place does better."""

from placemix.scenarios.siting.choosing import choose_sites
from placemix.scenarios.siting.comparing import compare_sites
from placemix.scenarios.siting.floating import floating_access
from placemix.scenarios.siting.sharing import co_locate
from placemix.scenarios.siting.using import service_users

__all__ = ["choose_sites", "co_locate", "compare_sites", "floating_access", "service_users"]
