"""Published problems with known answers, in the import tables."""
