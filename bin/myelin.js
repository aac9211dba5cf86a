#!/usr/bin/env node
// The `myelin` command: everything it does lives in src/cli.
import '../dist/cli/main.js'
