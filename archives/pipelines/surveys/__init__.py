"""Hand-overs of surveys: files that come, are looked at, read, checked, judged and accepted as versions."""
