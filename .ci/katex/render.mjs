// Renders each {where, display, latex}, a line of JSON each on standard input; names what fails.

import { createInterface } from "node:readline";
import katex from "katex";

const ERROR_COLOR = "#badbad"; // of what KaTeX shows in place of a command that it does not trust
const MOST_SHOWN = 20;
const failed = [];
let count = 0;
for await (const line of createInterface({ input: process.stdin })) {
  const { where, display, latex } = JSON.parse(line);
  count += 1;
  try {
    const page = katex.renderToString(latex, {
      displayMode: display,
      throwOnError: true,
      strict: "error",
      errorColor: ERROR_COLOR,
    });
    if (page.includes(ERROR_COLOR)) throw new Error("a command that is not rendered");
  } catch (problem) {
    failed.push(`${where}\n    ${latex}\n    ${problem.message}`);
  }
}
const told = `KaTeX ${katex.version} rendered ${count - failed.length} of ${count} strings.`;
console.log([...failed.slice(0, MOST_SHOWN), told].join("\n"));
process.exitCode = failed.length || !count ? 1 : 0;
