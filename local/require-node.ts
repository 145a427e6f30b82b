/** Imported first by every command of the checkout: on a Node that is too old it ends in one line, before anything else can fail. */
import * as fs from 'node:fs';
import * as path from 'node:path';

/** What is wrong with this version of Node, by the range of package.json; undefined when all is well. */
export function nodeProblem(version: string, engines: string): string | undefined {
  const numbers = (text: string) => /(\d+)\.(\d+)\.(\d+)/.exec(text)!.slice(1).map(Number);
  const [have, need] = [numbers(version), numbers(engines)];
  const at = need.findIndex((number, index) => number !== have[index]);
  if (at < 0 || have[at] > need[at]) return undefined;
  return `Node ${need.join('.')} or newer is needed, this is ${version}; install one from https://nodejs.org or with your version manager.`;
}

const { engines } = JSON.parse(fs.readFileSync(path.join(__dirname, '..', 'package.json'), 'utf8')) as { engines: { node: string } };
const problem = nodeProblem(process.version, engines.node);
if (problem !== undefined) {
  process.stderr.write(`${problem}\n`);
  process.exit(1);
}
