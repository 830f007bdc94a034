"""Judgement about people, in plain Python: how a name sounds, where it is looked up, how likely two files are one."""
