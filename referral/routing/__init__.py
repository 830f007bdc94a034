"""From a person's facts and a need to ranked offers with reasons, missing papers and blocks. It only suggests."""
