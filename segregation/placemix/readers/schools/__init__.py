"""Schools in England: pupils by group and year, the register, and who followed whom."""
