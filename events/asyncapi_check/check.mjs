// Validates an AsyncAPI document, the one above this folder by default, with AsyncAPI's
// own parser. Errors and warnings fail; so do messages without an example. (That the
// examples fit their schemas is a Go test of the generator.)
import { readFile } from "node:fs/promises";
import { Parser } from "@asyncapi/parser";

const path = process.argv[2] ?? new URL("../asyncapi.yaml", import.meta.url);
const { document, diagnostics } = await new Parser().parse(await readFile(path, "utf8"));

const severities = ["error", "warning", "information", "hint"];
for (const { severity, code, path, message } of diagnostics) {
  console.error(`${severities[severity]} ${code} at ${path.join(".")}: ${message}`);
}
if (!document || diagnostics.some(({ severity }) => severity < 2)) process.exit(1);

const messages = document.allMessages().all();
const without = messages.filter((message) => message.examples().all().length === 0);
if (messages.length === 0 || without.length > 0) {
  console.error(`${without.length} of ${messages.length} messages have no example`);
  process.exit(1);
}
console.log(`asyncapi.yaml is valid: ${messages.length} messages with examples, ${document.operations().all().length} operations`);
