#!/usr/bin/env node
// cli: argv to actions and processes, their answers to the terminal; nothing else.
// Everything heavy is imported by the command that needs it, so that --help answers at once.
import { runCli } from "./run-cli.ts";

// What failed to start may have left something open; what has ended is over.
process.exit(await runCli(process.argv.slice(2)));
