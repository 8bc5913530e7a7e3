"""Reports: one self-contained page, or a Word file, from results, from counts, or from a configuration file."""

from placemix.report import sections
from placemix.report.choices import Areas, Condition, Dates, Dimension
from placemix.report.configs import from_config
from placemix.report.documents import document
from placemix.report.items import Figure, Heading, Points, Section, Source, Table, Terms, describe
from placemix.report.pages import page
from placemix.report.proposals import of_check
from placemix.report.scorecards import of_scorecard
from placemix.report.standard import of_counts
from placemix.report.stream_figures import streams
from placemix.report.type_maps import map_of_changes, map_of_types, maps_of_types

__all__ = [
    "Areas",
    "Condition",
    "Dates",
    "Dimension",
    "Figure",
    "Heading",
    "Points",
    "Section",
    "Source",
    "Table",
    "Terms",
    "describe",
    "document",
    "from_config",
    "map_of_changes",
    "map_of_types",
    "maps_of_types",
    "of_check",
    "of_counts",
    "of_scorecard",
    "page",
    "sections",
    "streams",
]
