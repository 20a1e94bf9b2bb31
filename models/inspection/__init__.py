"""What rows hold, group by group: sizes, columns, histograms, samples and what changed them."""
