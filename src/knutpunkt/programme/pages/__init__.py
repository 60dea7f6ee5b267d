"""What pages of a programme show, written out in the language of the reader."""
