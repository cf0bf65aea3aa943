"""Tests of the territory: communes, EPCI, sectors, schools, congresses."""
