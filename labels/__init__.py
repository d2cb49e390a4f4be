"""The paper: plain values in, bytes out."""
