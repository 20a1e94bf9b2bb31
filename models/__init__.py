"""Learned models: data, networks and the streaming training loop (Keras, scikit-learn)."""
