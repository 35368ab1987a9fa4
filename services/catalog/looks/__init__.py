"""How a picture that is not in the library looks: the numbers that the library's pictures have, of the same model."""
