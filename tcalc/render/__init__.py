"""Reports and the facts of errors in; text, JSON, DOT, pictures out. Nothing is computed here but widths and colours."""
