import { parseStrictJson } from '../../../src/runtime/http/strict-json';

test.each([
  ['{"a":1,"b":[{"a":2},{"a":3}]}'],
  ['{"a":"}{][,:\\"","b":"\\\\"}'],
  [' [1, "x", null, true, {"":0}] '],
  ['"text"'],
])('reads %s as JSON does', text => {
  expect(parseStrictJson(text)).toEqual(JSON.parse(text));
});

test.each([
  ['a duplicate key', '{"a":1,"b":2,"a":3}', /key "a" is there twice/],
  ['a duplicate key written in escapes', '{"a":1,"\\u0061":2}', /key "a" is there twice/],
  ['a duplicate key below', '{"x":[{"k":1,"k":2}]}', /twice/],
  ['__proto__', '{"__proto__":{"admin":true}}', /__proto__/],
  ['__proto__ written in escapes', '{"\\u005f_proto__":1}', /__proto__/],
  ['nesting 10,000 deep', '['.repeat(10_000) + ']'.repeat(10_000), /nested deeper/],
  ['half-open nesting', '{"a":'.repeat(10_000), /nested deeper/],
  ['what is no JSON', '{a:1}', /not JSON/],
  ['an unfinished string', '{"a":"x', /not JSON/],
  ['nothing', '', /not JSON/],
])('refuses %s', (_what, text, message) => {
  expect(() => parseStrictJson(text)).toThrow(message);
});

test('a million brackets or quotes cost neither stack nor minutes', () => {
  const startedAt = performance.now();
  for (const text of ['['.repeat(1e6), '"'.repeat(1e6), '\\"'.repeat(5e5), '{"'.repeat(5e5)]) expect(() => parseStrictJson(text)).toThrow();
  expect(performance.now() - startedAt).toBeLessThan(5000);
});
