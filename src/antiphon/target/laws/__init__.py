"""The model of a profile's laws and of its membership: values, and no judging."""
