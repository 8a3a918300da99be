"""Programs that make the weights the project ships; nothing of the app imports them."""
