"""What the language model reads and says; the model itself loads on first use."""
