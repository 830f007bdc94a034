"""The directory in the standard's own terms: packages of HSDS 3.1 (and older) in, packages of HSDS 3.1 out."""
