"""How the generated files of the embedded Swedish network are made."""
