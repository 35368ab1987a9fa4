"""A shop's own words: learnt from a few examples of each, kept beside the models, said beside theirs."""
