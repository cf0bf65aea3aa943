"""Communes, EPCI, sectors, schools and congresses: dated open data that several services read."""
