#!/usr/bin/env node
import { createProcessIo, runCli } from '../dist/index.js';

process.exitCode = await runCli(process.argv.slice(2), createProcessIo());
