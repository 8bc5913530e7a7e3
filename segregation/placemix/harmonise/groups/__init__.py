"""One classification: schemes and correspondences as data, and what follows from them."""
