"""Other people's HTTP. Their JSON stops here: what leaves are frozen values and errors of our own."""
