"""What a paper is, and the cleaning of each of its parts."""
