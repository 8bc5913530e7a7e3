"""The papers that measures come from, and how to cite them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Citation:
    """A published source.

    Attributes
    ----------
    key
        Key used by the catalogue.
    kind
        BibTeX entry type.
    authors
        As in BibTeX, joined by "and".
    year, title, venue
        Year, title, and journal or publisher.
    pages
        Volume, number and pages, as printed.
    doi
        Digital object identifier, where one is known.
    """

    key: str
    kind: str
    authors: str
    year: int
    title: str
    venue: str
    pages: str = ""
    doi: str = ""

    def text(self) -> str:
        """One line for a list of references."""
        tail = f" {self.pages}" if self.pages else ""
        link = f" doi:{self.doi}" if self.doi else ""
        return f"{self.authors.replace(' and ', '; ')} ({self.year}). {self.title}. {self.venue}{tail}.{link}"

    def bibtex(self) -> str:
        """BibTeX entry."""
        venue = "journal" if self.kind == "article" else "publisher"
        fields = {
            "author": self.authors,
            "year": str(self.year),
            "title": f"{{{self.title}}}",
            venue: self.venue,
        }
        if self.pages:
            fields["note"] = self.pages
        if self.doi:
            fields["doi"] = self.doi
        body = ",\n".join(f"  {name} = {{{value}}}" for name, value in fields.items())
        return f"@{self.kind}{{{self.key},\n{body}\n}}"


_ROWS: tuple[Citation, ...] = (
    Citation(
        "alonso_2010",
        "article",
        "Alonso-Villar, Olga and Del Río, Coral",
        2010,
        "Local versus overall segregation measures",
        "Mathematical Social Sciences",
        "60(1):30-38",
        "10.1016/j.mathsocsci.2010.03.002",
    ),
    Citation(
        "anselin_1995",
        "article",
        "Anselin, Luc",
        1995,
        "Local indicators of spatial association: LISA",
        "Geographical Analysis",
        "27(2):93-115",
        "10.1111/j.1538-4632.1995.tb00338.x",
    ),
    Citation(
        "assuncao_1999",
        "article",
        "Assunção, Renato M. and Reis, Edna A.",
        1999,
        "A new proposal to adjust Moran's I for population density",
        "Statistics in Medicine",
        "18(16):2147-2162",
    ),
    Citation(
        "atkinson_1970",
        "article",
        "Atkinson, Anthony B.",
        1970,
        "On the measurement of inequality",
        "Journal of Economic Theory",
        "2(3):244-263",
        "10.1016/0022-0531(70)90039-6",
    ),
    Citation(
        "bell_1954",
        "article",
        "Bell, Wendell",
        1954,
        "A probability model for the measurement of ecological segregation",
        "Social Forces",
        "32(4):357-364",
        "10.2307/2574118",
    ),
    Citation(
        "benjamini_1995",
        "article",
        "Benjamini, Yoav and Hochberg, Yosef",
        1995,
        "Controlling the false discovery rate: a practical and powerful approach to multiple testing",
        "Journal of the Royal Statistical Society, Series B",
        "57(1):289-300",
        "10.1111/j.2517-6161.1995.tb02031.x",
    ),
    Citation(
        "breslow_1987",
        "book",
        "Breslow, Norman E. and Day, Nicholas E.",
        1987,
        "Statistical Methods in Cancer Research, volume II",
        "International Agency for Research on Cancer",
    ),
    Citation(
        "carlson_1992",
        "article",
        "Carlson, Susan M.",
        1992,
        "Trends in race/sex occupational inequality: conceptual and measurement issues",
        "Social Problems",
        "39(3):268-290",
        "10.2307/3096962",
    ),
    Citation(
        "carrington_1997",
        "article",
        "Carrington, William J. and Troske, Kenneth R.",
        1997,
        "On measuring segregation in samples with small units",
        "Journal of Business and Economic Statistics",
        "15(4):402-409",
        "10.1080/07350015.1997.10524718",
    ),
    Citation(
        "cromley_2012",
        "article",
        "Cromley, Robert G. and Hanink, Dean M.",
        2012,
        "Focal location quotients: specification and applications",
        "Geographical Analysis",
        "44(4):398-410",
        "10.1111/j.1538-4632.2012.00852.x",
    ),
    Citation(
        "deford_2021",
        "article",
        "DeFord, Daryl and Duchin, Moon and Solomon, Justin",
        2021,
        "Recombination: a family of Markov chains for redistricting",
        "Harvard Data Science Review",
        "3(1)",
        "10.1162/99608f92.eb30390f",
    ),
    Citation(
        "deming_1940",
        "article",
        "Deming, W. Edwards and Stephan, Frederick F.",
        1940,
        "On a least squares adjustment of a sampled frequency table when the expected marginal totals are known",
        "Annals of Mathematical Statistics",
        "11(4):427-444",
        "10.1214/aoms/1177731829",
    ),
    Citation(
        "duncan_1955",
        "article",
        "Duncan, Otis Dudley and Duncan, Beverly",
        1955,
        "A methodological analysis of segregation indexes",
        "American Sociological Review",
        "20(2):210-217",
        "10.2307/2088328",
    ),
    Citation(
        "elbers_2021",
        "article",
        "Elbers, Benjamin",
        2021,
        "A method for studying differences in segregation across time and space",
        "Sociological Methods and Research",
        "",
        "10.1177/0049124121986204",
    ),
    Citation(
        "feitosa_2007",
        "article",
        "Feitosa, Flávia F. and Câmara, Gilberto and Monteiro, Antônio Miguel V. and Koschitzki, Thomas and "
        "Silva, Marcelino P. S.",
        2007,
        "Global and local spatial indices of urban segregation",
        "International Journal of Geographical Information Science",
        "21(3):299-323",
        "10.1080/13658810600911903",
    ),
    Citation(
        "gorard_2002",
        "article",
        "Gorard, Stephen and Taylor, Chris",
        2002,
        "What is segregation? A comparison of measures in terms of 'strong' and 'weak' compositional invariance",
        "Sociology",
        "36(4):875-895",
        "10.1177/003803850203600405",
    ),
    Citation(
        "hill_1973",
        "article",
        "Hill, Mark O.",
        1973,
        "Diversity and evenness: a unifying notation and its consequences",
        "Ecology",
        "54(2):427-432",
        "10.2307/1934352",
    ),
    Citation(
        "holloway_2012",
        "article",
        "Holloway, Steven R. and Wright, Richard and Ellis, Mark",
        2012,
        "The racially fragmented city? Neighborhood racial segregation and diversity jointly considered",
        "The Professional Geographer",
        "64(1):63-82",
    ),
    Citation(
        "hong_2014",
        "article",
        "Hong, Seong-Yun and O'Sullivan, David and Sadahiro, Yukio",
        2014,
        "Implementing spatial segregation measures in R",
        "PLoS ONE",
        "9(11):e113767",
        "10.1371/journal.pone.0113767",
    ),
    Citation(
        "hutchens_2001",
        "article",
        "Hutchens, Robert",
        2001,
        "Numerical measures of segregation: desirable properties and their implications",
        "Mathematical Social Sciences",
        "42(1):13-29",
        "10.1016/S0165-4896(00)00070-6",
    ),
    Citation(
        "hutchens_2004",
        "article",
        "Hutchens, Robert",
        2004,
        "One measure of segregation",
        "International Economic Review",
        "45(2):555-578",
        "10.1111/j.1468-2354.2004.00136.x",
    ),
    Citation("isard_1960", "book", "Isard, Walter", 1960, "Methods of Regional Analysis", "MIT Press"),
    Citation(
        "james_1985",
        "article",
        "James, David R. and Taeuber, Karl E.",
        1985,
        "Measures of segregation",
        "Sociological Methodology",
        "15:1-32",
        "10.2307/270845",
    ),
    Citation(
        "james_1986",
        "article",
        "James, Franklin J.",
        1986,
        "A new generalized exposure-based segregation index",
        "Sociological Methods and Research",
        "14(3):301-316",
        "10.1177/0049124186014003004",
    ),
    Citation(
        "karmel_1988",
        "article",
        "Karmel, Tom and MacLachlan, Maureen",
        1988,
        "Occupational sex segregation: increasing or decreasing?",
        "Economic Record",
        "64(3):187-195",
        "10.1111/j.1475-4932.1988.tb02057.x",
    ),
    Citation(
        "lieberson_1981",
        "incollection",
        "Lieberson, Stanley",
        1981,
        "An asymmetrical approach to segregation",
        "Croom Helm (in Ethnic Segregation in Cities)",
        "61-82",
    ),
    Citation(
        "logan_2011",
        "techreport",
        "Logan, John R. and Stults, Brian J.",
        2011,
        "The persistence of segregation in the metropolis: new findings from the 2010 census",
        "Census Brief prepared for Project US2010",
    ),
    Citation(
        "massey_1988",
        "article",
        "Massey, Douglas S. and Denton, Nancy A.",
        1988,
        "The dimensions of residential segregation",
        "Social Forces",
        "67(2):281-315",
        "10.1093/sf/67.2.281",
    ),
    Citation(
        "mora_2011",
        "article",
        "Mora, Ricardo and Ruiz-Castillo, Javier",
        2011,
        "Entropy-based segregation indices",
        "Sociological Methodology",
        "41:159-194",
        "10.1111/j.1467-9531.2011.01237.x",
    ),
    Citation(
        "morgan_1975",
        "article",
        "Morgan, Barrie S.",
        1975,
        "The segregation of socio-economic groups in urban areas: a comparative analysis",
        "Urban Studies",
        "12(1):47-60",
    ),
    Citation(
        "morgan_1983",
        "article",
        "Morgan, Barrie S.",
        1983,
        "A distance-decay based interaction index to measure residential segregation",
        "Area",
        "15(3):211-217",
    ),
    Citation(
        "morrill_1991",
        "article",
        "Morrill, Richard L.",
        1991,
        "On the measure of geographic segregation",
        "Geography Research Forum",
        "11:25-36",
    ),
    Citation(
        "olteanu_2019",
        "article",
        "Olteanu, Madalina and Randon-Furling, Julien and Clark, William A. V.",
        2019,
        "Segregation through the multiscalar lens",
        "Proceedings of the National Academy of Sciences",
        "116(25):12250-12254",
        "10.1073/pnas.1900192116",
    ),
    Citation(
        "openshaw_1984",
        "book",
        "Openshaw, Stan",
        1984,
        "The Modifiable Areal Unit Problem",
        "Geo Books",
        "Concepts and Techniques in Modern Geography 38",
    ),
    Citation(
        "ord_1995",
        "article",
        "Ord, J. Keith and Getis, Arthur",
        1995,
        "Local spatial autocorrelation statistics: distributional issues and an application",
        "Geographical Analysis",
        "27(4):286-306",
        "10.1111/j.1538-4632.1995.tb00912.x",
    ),
    Citation(
        "osth_2015",
        "article",
        "Östh, John and Clark, William A. V. and Malmberg, Bo",
        2015,
        "Measuring the scale of segregation using k-nearest neighbor aggregates",
        "Geographical Analysis",
        "47(1):34-49",
        "10.1111/gean.12053",
    ),
    Citation(
        "osullivan_2007",
        "article",
        "O'Sullivan, David and Wong, David W. S.",
        2007,
        "A surface-based approach to measuring spatial segregation",
        "Geographical Analysis",
        "39(2):147-168",
        "10.1111/j.1538-4632.2007.00699.x",
    ),
    Citation(
        "poulsen_2001",
        "article",
        "Poulsen, Michael and Johnston, Ron and Forrest, James",
        2001,
        "Intraurban ethnic enclaves: introducing a knowledge-based classification method",
        "Environment and Planning A",
        "33(11):2071-2082",
        "10.1068/a34124",
    ),
    Citation(
        "reardon_2002",
        "article",
        "Reardon, Sean F. and Firebaugh, Glenn",
        2002,
        "Measures of multigroup segregation",
        "Sociological Methodology",
        "32:33-67",
        "10.1111/1467-9531.00110",
    ),
    Citation(
        "reardon_2004",
        "article",
        "Reardon, Sean F. and O'Sullivan, David",
        2004,
        "Measures of spatial segregation",
        "Sociological Methodology",
        "34:121-162",
        "10.1111/j.0081-1750.2004.00150.x",
    ),
    Citation(
        "reardon_2008",
        "article",
        "Reardon, Sean F. and Matthews, Stephen A. and O'Sullivan, David and Lee, Barrett A. and Firebaugh, Glenn and "
        "Farrell, Chad R. and Bischoff, Kendra",
        2008,
        "The geographic scale of metropolitan racial segregation",
        "Demography",
        "45(3):489-514",
        "10.1353/dem.0.0019",
    ),
    Citation(
        "roberto_2016",
        "unpublished",
        "Roberto, Elizabeth",
        2016,
        "The divergence index: a decomposable measure of segregation and inequality",
        "arXiv:1508.01167",
    ),
    Citation(
        "roberto_2018",
        "article",
        "Roberto, Elizabeth",
        2018,
        "The spatial proximity and connectivity method for measuring and analyzing residential segregation",
        "Sociological Methodology",
        "48(1):182-224",
        "10.1177/0081175018796871",
    ),
    Citation(
        "sakoda_1981",
        "article",
        "Sakoda, James M.",
        1981,
        "A generalized index of dissimilarity",
        "Demography",
        "18(2):245-250",
        "10.2307/2061096",
    ),
    Citation(
        "shannon_1948",
        "article",
        "Shannon, Claude E.",
        1948,
        "A mathematical theory of communication",
        "Bell System Technical Journal",
        "27(3):379-423",
        "10.1002/j.1538-7305.1948.tb01338.x",
    ),
    Citation(
        "shevky_1949",
        "book",
        "Shevky, Eshref and Williams, Marilyn",
        1949,
        "The Social Areas of Los Angeles",
        "University of California Press",
    ),
    Citation(
        "simpson_1949",
        "article",
        "Simpson, Edward H.",
        1949,
        "Measurement of diversity",
        "Nature",
        "163:688",
        "10.1038/163688a0",
    ),
    Citation(
        "theil_1971",
        "article",
        "Theil, Henri and Finizza, Anthony J.",
        1971,
        "A note on the measurement of racial integration of schools by means of informational concepts",
        "Journal of Mathematical Sociology",
        "1(2):187-193",
        "10.1080/0022250X.1971.9989795",
    ),
    Citation("theil_1972", "book", "Theil, Henri", 1972, "Statistical Decomposition Analysis", "North-Holland"),
    Citation(
        "tivadar_2019",
        "article",
        "Tivadar, Mihai",
        2019,
        "OasisR: an R package to bring some order to the world of segregation measurement",
        "Journal of Statistical Software",
        "89(7):1-39",
        "10.18637/jss.v089.i07",
    ),
    Citation(
        "white_1983",
        "article",
        "White, Michael J.",
        1983,
        "The measurement of spatial segregation",
        "American Journal of Sociology",
        "88(5):1008-1018",
        "10.1086/227768",
    ),
    Citation(
        "white_1986",
        "article",
        "White, Michael J.",
        1986,
        "Segregation and diversity measures in population distribution",
        "Population Index",
        "52(2):198-221",
        "10.2307/3644339",
    ),
    Citation(
        "winship_1977",
        "article",
        "Winship, Christopher",
        1977,
        "A revaluation of indexes of residential segregation",
        "Social Forces",
        "55(4):1058-1066",
        "10.1093/sf/55.4.1058",
    ),
    Citation(
        "wong_1993",
        "article",
        "Wong, David W. S.",
        1993,
        "Spatial indices of segregation",
        "Urban Studies",
        "30(3):559-572",
        "10.1080/00420989320080551",
    ),
)

#: Every citation by its key.
CITATIONS: dict[str, Citation] = {row.key: row for row in _ROWS}
