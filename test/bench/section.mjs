// Runs one section and hands its rows to main.mjs.
const { measure } = await import(`./sections/${process.argv[2]}.mjs`);
const rows = await measure();
process.send(rows, () => process.exit());
