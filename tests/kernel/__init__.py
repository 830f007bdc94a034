"""Tests of the kernel: no fixtures, values in, values out."""
