"""The demonstration city: invented, the same every time, made through the same services as real records."""
