"""What an error says, in the words of the command line.

Errors are raised by functions, and their remedies name arguments of Python. Whoever typed a command needs its options.
"""

from __future__ import annotations

import re

#: How a message begins that names an argument, and the option that it is.
BEGINNINGS = {
    "shape is one of": "--kernel is one of",
    "rule is 'queen'": "--contiguity is 'queen'",
    "across is 'limit'": "--across is 'limit'",
    "permutations is a whole": "--permutations is a whole",
    "A profile is over radii= or over people=,": "A profile is over --radii or over --people,",
}

#: Remedies that are lines of Python, and what to do from a shell.
REMEDIES = {
    "Pass yields={'primary': pupils of the phase a home}, from your own study or the department's.": (
        "Add --yield primary=0.28, with a number from your own study or the department's."
    ),
    "Pass yield_source='…', which every result repeats.": "Add --yield-source '…', which every result repeats.",
    "If they are of whole schools, pass capacity_of='school'; else correct them.": (
        "If they are of whole schools, add --whole-schools; else correct them."
    ),
    "Project the shapes first: shapes.to_crs(…) with a national grid or UTM.": (
        "Save the shapes in a national grid or UTM first: with QGIS, or with "
        "'ogr2ogr -t_srs EPSG:27700 projected.gpkg FILE' (27700 is the British National Grid)."
    ),
    "Say which: from_wide(…, crs='EPSG:27700'), or crs='planar' for a plane of no named unit.": (
        "Save the shapes with the one they are in: with QGIS, or with "
        "'ogr2ogr -a_srs EPSG:27700 named.gpkg FILE' (27700 is the British National Grid)."
    ),
    "Bring both onto common areas: areas = common_areas(lookup, …), then counts.merge_units(…) each; or pass": (
        "Bring both onto common areas first, with 'placemix harmonise'; or add"
    ),
    "unmatched='common' if units open and close": "--common where units open and close",
    "Leave them out with counts.take, or give them a point.": "Give them a shape, or take their rows out of the file.",
    "Repair them first: shapes.make_valid().": (
        "Repair them first: with QGIS, or with 'ogr2ogr -makevalid whole.gpkg FILE'."
    ),
    "For the units themselves, as size 0, pass aspatial=True.": "For the units themselves, as size 0, add --aspatial.",
    "For the unit alone, leave out around=.": "For the unit alone, use 'placemix measure' without --around.",
    "Pass around=surroundings.contiguity(counts), or other neighbours.": (
        "Say who is near whom: --contiguity queen, for example."
    ),
    "Pass around=surroundings.proximity(counts, decay_length='1 mile'), or another kernel.": (
        "Say who is near whom: --around '1 mile' --kernel exponential --own disc, for example."
    ),
    "Pass around=surroundings.kernel(counts, bandwidth='1 km', shape='gaussian'), or another kernel.": (
        "Say who is near whom: --around '1 km' --kernel gaussian, for example."
    ),
    "Pass around=surroundings.shared_boundary(counts); or measure morrill.": (
        "Measure morrill; from Python, surroundings.shared_boundary weighs neighbours so."
    ),
    "Pass around=surroundings.contiguity(counts); or measure wong_boundary.": (
        "Say --contiguity queen; or measure wong_boundary from Python."
    ),
    "Pass order= the names of all groups, the lowest first.": "Add --order with all groups, the lowest first.",
    "keep the ranked ones alone with counts.select([…]).": "name the ranked ones alone in --groups.",
    "Build the counts with area= a column of land, or geometry= shapes.": (
        "Name a file with shapes, or add --areas with the file of the shapes."
    ),
    "Build the counts from shapes, or with area= a column in square map units.": (
        "Name a file with shapes, or add --areas with the file of the shapes."
    ),
    "Build them with from_wide(areas, …, geometry='geometry') from a GeoDataFrame.": (
        "Name a file with shapes, or add --areas with the file of the shapes."
    ),
    "above 0, or leave it out with counts.take.": "above 0, or take its row out of the file.",
    "or pass a shape as centre=.": "or give a shape, --centre 'POLYGON ((0 0, 0 9, 9 9, 0 0))'.",
    "Give a point, an (x, y) pair in the coordinates of the map, a shape, or a list of these.": (
        "Write X,Y in the coordinates of the map, such as 383819,398052."
    ),
    "Pass centre= a point or (x, y) in the coordinates of the map, or several in a list.": (
        "Add --centre X,Y in the coordinates of the map."
    ),
    "Pass by= the column of the strata, or one centre for the whole table.": (
        "Add --by with the column of the strata, or write --centre X,Y."
    ),
    "Leave it out; placemix.catalogue() says what each measure takes.": (
        "Leave it out; 'placemix measures --all' says what each measure takes."
    ),
    "Pass around= surroundings, or leave out across=.": (
        "Say who is around with --around, --people, --places or --contiguity, or leave out --across."
    ),
    "give total= and residual='group' to compare one group with everyone else.": (
        "give --total and --residual group to compare one group with everyone else."
    ),
    "Rename the column; a group can be renamed in the call, groups={'all of them': 'total', …}.": (
        "Rename the column; a group can be renamed in the command: --groups 'everyone=total'."
    ),
    "Read a table without shapes with read_table.": (
        "'placemix inspect FILE' says what it holds; a table without shapes is a CSV, Excel or Parquet file."
    ),
    "Read it with read_table.": "Name a GeoPackage, GeoJSON, Shapefile or GeoParquet.",
    "if they are on common areas already, pass vintages='allow'.": (
        "two tables of common areas are compared where neither file says that its areas are of another vintage."
    ),
    "pass unmatched='count' to leave these out and have them counted": "add --common to count them apart",
    "Bring both onto common areas with placemix.harmonise.align": (
        "Bring both onto common areas with 'placemix harmonise'"
    ),
    "Give both the same, with harmonise.regroup or merge_groups.": (
        "Name groups that both have: --groups 'name=a+b' sums columns."
    ),
    ", or pass recalibrate=True.": ", or add --recalibrate.",
    "with merge_groups": "with --groups 'name=a+b'",
    "Leave reference out.": "Leave out --reference.",
    "Leave one group or more out of reference.": "Leave one group or more out of --reference.",
    "typology.schemes() lists those here.": "'placemix schemes' lists those here.",
    "Pass parameters={'threshold': 0.5}.": "Write --threshold 0.5.",
    "Give every unit its city.": "Give every unit its city in the column of --city.",
    "Add them as a group: from_wide(residual='group').": "Add --residual group, which makes them one.",
    "For example radii=[500, 1000, 2000, 4000].": "For example --radii 500,1000,2000,4000.",
    "Call verify(path, ": "From Python, call placemix.verify(path, ",
    "Bring both to one classification with harmonise.regroup or merge_groups.": (
        "Name the same groups of both: --groups 'name=a+b' sums columns, and --residents-groups those of the residents."
    ),
    "Project both to one coordinate reference system with to_crs.": (
        "Save both in one first: with QGIS, or with 'ogr2ogr -t_srs EPSG:27700 projected.gpkg FILE' (27700 is the "
        "British National Grid)."
    ),
    "or pass intake_is='forecast'.": "or add --intake-is-forecast.",
    "Pass yields={'primary': pupils of the phase a home}, from": "Add --yield primary=PUPILS_OF_A_HOME, from",
    "Pass yield_source='…', which": "Add --yield-source '…', which",
    "redraw with method='local search'.": "add --method 'local search'.",
    "or use method='local search'.": "or add --method 'local search'.",
    "and pass the worst class in worst_places=.": "of which --worst 0.1 finds the worst tenth.",
    "Leave out deff=, and pass counted='events'.": "Leave out --deff, and add --counted events.",
    "or say what is counted with counted=.": "or say what is counted with --counted people or events.",
    "ask for rows of each with by=": "ask for rows of each with --by ",
    "Events of which one person may have several are counted='events'.": (
        "Where one person may have several, add --counted events."
    ),
    "Keep one; where categories overlap, filter them first.": (
        "Keep one; filter with --where column=value, or name the column that tells them apart with --dimensions."
    ),
    "Pass a name, a list of names, or names by column, such as {'ethnic': 'pakistani', 'sex': 'female'}.": (
        "Write a name, a+b, or names by column: ethnic=pakistani,sex=female."
    ),
    "A condition of places is compared by placemix.place_gap, which": (
        "A condition of places is compared by 'placemix gap', which"
    ),
    "place_gap says where groups live;": "'placemix gap' says where groups live;",
    "Leave not_stated= out.": "Leave out --not-stated.",
    "or pass unknown='exclude' or 'include' and see": "or add --unknown exclude or --unknown include and see",
    "or pass allocated='exclude' or 'include' and see": "or add --allocated exclude or --allocated include and see",
    "below_chance=True orders by it all the same": "--below-chance orders by it all the same",
    "Pass year=, that of the comparison.": "Add --year, that of the comparison.",
    "Pass residents= to the evidence.": "Add [residents] to the evidence.",
    "Pass district= to the evidence.": "Name the districts in the evidence: district = … and under strata.",
    "Pass occupancy= to the evidence.": "Add [occupancy] to the evidence.",
    "Pass occupancy=, or residents by age among the dimensions.": (
        "Add [occupancy] to the evidence, or residents by age as [[dimensions]]."
    ),
    "Pass them as residents=, for the equality annex alone;": "Put them under [residents], for the annex alone;",
    "Give numbers; leave unknown ones out, and hidden ones to low= and high=.": (
        "Give numbers; say what a symbol means with --condition-suppressed c=0:5, or c=unknown."
    ),
}

#: What warnings say of Python, and what it is in a shell.
NOTES = {
    "Pass squares=, made by outcomes.event_frequencies;": "Name the column of sums of squares with --squares;",
    "Pass deff=, how many times": "Add --deff, how many times",
    "For that, compare groups with outcomes.compare_groups.": "For that, compare groups with 'placemix disparity'.",
}

_PANEL = re.compile(r"or split a panel in two lines:\n {4}parts = [^\n]*\n {4}counts = [^\n]*")
_SYMBOL = re.compile(r"suppressed=\{'([^']*)': \(1, 4\)\} for an interval or \{'[^']*': 'not_applicable'\}")
_OWN = re.compile(r"Pass around=surroundings\.proximity\(counts, decay_length=…\), or make these with own=[^\n]*")
_LISTS = re.compile(r"placemix\.catalogue\(\) lists")
_CALL = re.compile(r"([Cc])all placemix\.(measure|local)\(counts, '([^']+)', (?:around=)?…\)")
_ARGUMENT = re.compile(r"\b(focal|against|around|across|cutoff|reference)=(?:'(\w+)')?")


def in_shell(text: str) -> str:
    """Say what an error says with options instead of arguments.

    Examples
    --------
    >>> in_shell("isolation is about one group. Remedy: Pass focal= one of x, y, or focal='each'.")
    'isolation is about one group. Remedy: Pass --focal one of x, y, or --focal each.'
    """
    for python, shell in BEGINNINGS.items():
        if text.startswith(python):
            text = shell + text.removeprefix(python)
    for python, shell in NOTES.items():
        text = text.replace(python, shell)
    text = _PANEL.sub("or choose those of one date, such as --where year=2021.", text)
    text = text.replace("Pass residual='group' to make", "Give --residual group to make")
    return re.sub(r"(?<=Remedy: )[^\n]*", lambda found: _remedy(found[0]), text)


def _remedy(text: str) -> str:
    for python, shell in REMEDIES.items():
        text = text.replace(python, shell)
    text = _SYMBOL.sub(lambda found: f"--suppressed {found[1]}=1:4 for an interval or {found[1]}=not_applicable", text)
    text = _OWN.sub("Say it: --around '1 mile' --kernel exponential --own disc, for example.", text)
    text = _LISTS.sub("'placemix measures --all' lists", text)
    text = _CALL.sub(lambda found: f"{'Use' if found[1] == 'C' else 'use'} 'placemix {found[2]} … -m {found[3]}'", text)
    return _ARGUMENT.sub(lambda found: f"--{found[1]}" + (f" {found[2]}" if found[2] else ""), text)
