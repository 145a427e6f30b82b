/**
 * JSON without the ambiguities that two parsers may read differently: duplicate keys, `__proto__`, bottomless nesting.
 * The scan is iterative and linear, so a body of brackets costs no stack.
 */
const MAX_DEPTH = 8;
const STRUCTURE = new Set('{}[]:,');

export class StrictJsonError extends Error {}

/** @throws StrictJsonError saying what is wrong with the text. */
export function parseStrictJson(text: string): unknown {
  checkDepth(text);
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new StrictJsonError('it is not JSON');
  }
  // Only now is the text known to be well-formed, which lets the scan for keys be this simple.
  checkKeys(text);
  return value;
}

/** Strings whole, and the characters of structure; by hand, because an expression would go back over an unfinished string. */
function* tokensOf(text: string): Generator<string> {
  for (let at = 0; at < text.length; at += 1) {
    if (STRUCTURE.has(text[at])) yield text[at];
    if (text[at] !== '"') continue;
    const start = at;
    for (at += 1; at < text.length && text[at] !== '"'; at += 1) if (text[at] === '\\') at += 1;
    yield text.slice(start, at + 1);
  }
}

function checkDepth(text: string): void {
  let depth = 0;
  for (const token of tokensOf(text)) {
    if (token === '{' || token === '[') depth += 1;
    if (token === '}' || token === ']') depth -= 1;
    if (depth > MAX_DEPTH) throw new StrictJsonError(`it is nested deeper than ${MAX_DEPTH} levels`);
  }
}

function checkKeys(text: string): void {
  const open: Array<Set<string>> = [];
  let previous = '';
  for (const token of tokensOf(text)) {
    if (token === '{' || token === '[') open.push(new Set());
    if (token === '}' || token === ']') open.pop();
    if (token === ':') addKey(open[open.length - 1], JSON.parse(previous) as string);
    previous = token;
  }
}

function addKey(keys: Set<string>, key: string): void {
  if (key === '__proto__') throw new StrictJsonError('the key "__proto__" is not allowed');
  if (keys.has(key)) throw new StrictJsonError(`the key ${JSON.stringify(key.slice(0, 40))} is there twice`);
  keys.add(key);
}
