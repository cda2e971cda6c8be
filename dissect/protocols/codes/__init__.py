"""Code points that several protocols share: facts from IANA's and IEEE's registries."""
