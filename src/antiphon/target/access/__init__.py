"""The section `access` of a profile: who may do what, and who must be refused."""
