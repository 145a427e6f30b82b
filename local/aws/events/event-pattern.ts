import { wildcard } from '../iam/wildcard';

export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };
export type JsonRecord = { readonly [name: string]: Json };

/** Thrown while rules are loaded: a pattern we only guess about would deliver or lose events that AWS would not. */
class UnsupportedEventPattern extends Error {
  constructor(where: string, problem: string) {
    super(`${where}: ${problem}`);
    this.name = 'UnsupportedEventPattern';
  }
}

/** Values of one field of the event; none when the field is absent. */
type ValueTest = (values: readonly Json[], present: boolean) => boolean;
type EventTest = (event: Json | undefined) => boolean;

/**
 * Compiles an EventBridge pattern.
 *
 * @throws UnsupportedEventPattern for a matcher that this evaluator does not know.
 */
export function compileEventPattern(where: string, pattern: JsonRecord): (event: JsonRecord) => boolean {
  return compileObject(where, pattern);
}

function compileObject(where: string, pattern: JsonRecord): EventTest {
  const fields = Object.entries(pattern).map(([name, expected]) => ({ name, test: compileField(`${where}.${name}`, name, expected) }));
  if (fields.length === 0) throw new UnsupportedEventPattern(where, 'an event pattern is not empty');
  return event => fields.every(({ name, test }) => test(isRecord(event) && Object.hasOwn(event, name) ? event[name] : undefined));
}

function compileField(where: string, name: string, expected: Json): EventTest {
  if (name.startsWith('$')) throw new UnsupportedEventPattern(where, `"${name}" is not supported; write one rule for each alternative`);
  if (isRecord(expected)) return compileObject(where, expected);
  if (!Array.isArray(expected)) {
    throw new UnsupportedEventPattern(where, `a field is matched by a list or an object, received ${JSON.stringify(expected)}`);
  }
  if (expected.length === 0) throw new UnsupportedEventPattern(where, 'an empty list matches nothing; name at least one value');
  const tests = expected.map((each: Json) => compileMatcher(where, each));
  // A list in the event matches when any of its elements does.
  return value => tests.some(test => test(Array.isArray(value) ? value : value === undefined ? [] : [value as Json], value !== undefined));
}

function compileMatcher(where: string, matcher: Json): ValueTest {
  if (Array.isArray(matcher)) throw new UnsupportedEventPattern(where, 'a list inside a list is not a matcher');
  if (!isRecord(matcher)) return values => values.includes(matcher);
  const [[kind, argument] = ['', null], ...rest] = Object.entries(matcher);
  if (rest.length > 0) throw new UnsupportedEventPattern(where, `one matcher has one key, received ${JSON.stringify(matcher)}`);
  if (kind === 'exists') {
    if (typeof argument !== 'boolean') throw new UnsupportedEventPattern(where, `exists is true or false, received ${JSON.stringify(argument)}`);
    return (_, present) => present === argument;
  }
  if (kind === 'anything-but') return compileAnythingBut(where, argument);
  if (kind === 'numeric') return compileNumeric(where, argument);
  const test = compileText(where, kind, argument);
  return values => values.some(value => typeof value === 'string' && test(value));
}

/** `{"anything-but": …}` holds for a present value that the inner matchers reject. */
function compileAnythingBut(where: string, argument: Json): ValueTest {
  if (!isRecord(argument)) {
    const excluded = Array.isArray(argument) ? argument : [argument];
    if (!excluded.every(each => typeof each === 'string' || typeof each === 'number')) {
      throw new UnsupportedEventPattern(where, `anything-but takes texts, numbers or one matcher, received ${JSON.stringify(argument)}`);
    }
    return values => values.some(value => !(excluded as readonly Json[]).includes(value));
  }
  const tests = Object.entries(argument).flatMap(([kind, inner]) =>
    (Array.isArray(inner) ? inner : [inner]).map((each: Json) => compileText(where, kind, each)));
  return values => values.some(value => typeof value !== 'string' || !tests.some(test => test(value)));
}

function compileText(where: string, kind: string, argument: Json): (value: string) => boolean {
  const ignoringCase = isRecord(argument) && typeof argument['equals-ignore-case'] === 'string' && Object.keys(argument).length === 1
    ? argument['equals-ignore-case'] : undefined;
  if ((kind === 'prefix' || kind === 'suffix') && ignoringCase !== undefined) {
    const test = compileText(where, kind, ignoringCase.toLowerCase());
    return value => test(value.toLowerCase());
  }
  if (typeof argument !== 'string') {
    throw new UnsupportedEventPattern(where, `matcher "${kind}" with ${JSON.stringify(argument)} is not understood by the local platform`);
  }
  switch (kind) {
    case 'prefix': return value => value.startsWith(argument);
    case 'suffix': return value => value.endsWith(argument);
    case 'equals-ignore-case': return value => value.toLowerCase() === argument.toLowerCase();
    case 'wildcard': return compileWildcard(where, argument);
    default: throw new UnsupportedEventPattern(where, `matcher "${kind}" is not understood by the local platform`);
  }
}

function compileWildcard(where: string, pattern: string): (value: string) => boolean {
  if (pattern.includes('\\') || pattern.includes('**')) {
    throw new UnsupportedEventPattern(where, `wildcard "${pattern}": escapes and consecutive stars are not supported`);
  }
  // Only the star is special in an event pattern; a question mark is itself.
  const pieces = pattern.split('?').map(piece => wildcard(piece).source.slice(1, -1)).join('\\?');
  const expression = new RegExp(`^${pieces}$`, 's');
  return value => expression.test(value);
}

const COMPARISONS: Readonly<Record<string, (value: number, bound: number) => boolean>> = {
  '=': (value, bound) => value === bound,
  '<': (value, bound) => value < bound,
  '<=': (value, bound) => value <= bound,
  '>': (value, bound) => value > bound,
  '>=': (value, bound) => value >= bound,
};

/** `{"numeric": [">", 0, "<=", 5]}`: every comparison holds. */
function compileNumeric(where: string, argument: Json): ValueTest {
  const invalid = () => new UnsupportedEventPattern(where, `numeric takes pairs of a comparison and a number, received ${JSON.stringify(argument)}`);
  if (!Array.isArray(argument) || argument.length === 0 || argument.length % 2 !== 0) throw invalid();
  const tests: Array<(value: number) => boolean> = [];
  for (let index = 0; index < argument.length; index += 2) {
    const [operator, bound] = [argument[index], argument[index + 1]] as [Json, Json];
    if (typeof operator !== 'string' || !Object.hasOwn(COMPARISONS, operator) || typeof bound !== 'number') throw invalid();
    tests.push(value => COMPARISONS[operator](value, bound));
  }
  return values => values.some(value => typeof value === 'number' && tests.every(test => test(value)));
}

function isRecord(value: Json | undefined): value is JsonRecord {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
