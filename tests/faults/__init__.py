"""Wrong programs: faults that other packages had, and small changes of our own kernels, and which tests notice them."""
