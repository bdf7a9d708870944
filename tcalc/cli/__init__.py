"""The command line: options, subcommands, the REPL, batch files. Thin: it parses, calls the other layers, and turns errors into exit codes."""
