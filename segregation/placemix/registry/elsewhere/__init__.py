"""Who else computes each measure, and where the numbers part: other packages by version.

All comparisons were run on the versions named; "agrees" means to 4e-15 relative where the
package prints that many digits. OasisR prints four decimals.

The texts are Markdown, as they stand on the measure's page: links lead to its neighbours.
"""

from __future__ import annotations

from collections.abc import Mapping

from placemix.registry.elsewhere import evenness, exposure, land, local, near, occupations, ordinal

#: Sentences on other packages, by measure.
DIFFERENT: Mapping[str, tuple[str, ...]] = {
    **evenness.DIFFERENT,
    **ordinal.DIFFERENT,
    **occupations.DIFFERENT,
    **exposure.DIFFERENT,
    **near.DIFFERENT,
    **land.DIFFERENT,
    **local.DIFFERENT,
}
