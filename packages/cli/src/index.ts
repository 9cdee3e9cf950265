export { createProcessIo, type Io } from './io.js';
export { runCli } from './run-cli.js';
