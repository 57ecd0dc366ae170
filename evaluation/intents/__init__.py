"""Teaching the adviser what people want: labelled sentences, a linear model over them, and how well it guesses."""
