"""The rules: what each call does, whoever asks and over whichever channel."""
