import { escapeFileName, escapeText, extensionOf, withoutExtension } from '../../../src/runtime/uploader/file-name';

test.each([
  ['../../x.mp4', '..%2F..%2Fx.mp4'],
  ['C:\\temp\\x.mp4', 'C:%5Ctemp%5Cx.mp4'],
  ['a\r\nSet-Cookie: b.mp4', 'a%0D%0ASet-Cookie: b.mp4'],
  ['a\u0000.mp4', 'a%00.mp4'],
  ['gpj\u202e4pm.mp4', 'gpj%E2%80%AE4pm.mp4'],
  ['\ud800.mp4', '%EF%BF%BD.mp4'],
  ['a\u200bb\u00adc\u2060d\u{e0041}.mp4', 'a%E2%80%8Bb%C2%ADc%E2%81%A0d%F3%A0%81%81.mp4'],
  ['pay\u200dpal\u3164.mp4', 'pay%E2%80%8Dpal%E3%85%A4.mp4'],
  ['می\u200cخواهم.mp4', 'می\u200cخواهم.mp4'],
  ['Ünïcödé 日本 👨‍👩‍👧 100%.mp4', 'Ünïcödé 日本 👨‍👩‍👧 100%.mp4'],
])('%j is stored as %j', (name, stored) => {
  expect(escapeFileName(name)).toBe(stored);
});

test('a title keeps its slashes and angle brackets, which harm only a page that does not escape', () => {
  expect(escapeText('<script>a/b</script>\u2028')).toBe('<script>a/b</script>%E2%80%A8');
});

test.each([
  ['a.MP4', 'mp4', 'a'], ['a.b.mov', 'mov', 'a.b'], ['.mp4', undefined, '.mp4'], ['mp4', undefined, 'mp4'],
  ['a.mp4.', undefined, 'a.mp4.'], ['a.mp4\u0000', undefined, 'a.mp4\u0000'], ['', undefined, ''],
])('%j has the extension %p', (name, extension, rest) => {
  expect(extensionOf(name)).toBe(extension);
  expect(withoutExtension(name)).toBe(rest);
});
