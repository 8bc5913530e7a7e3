"""Tables of the United States: census, survey and schools."""
