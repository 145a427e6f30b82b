import { decodeCursor, encodeCursor } from '../../../src/runtime/analytics/cursor';

const POSITION = '2026-01-01T00:00:00.000Z/00000000-0000-4000-8000-000000000001';

test('gives its owner the position back', () => {
  expect(decodeCursor('owner-1', encodeCursor('owner-1', POSITION))).toBe(POSITION);
});

test('names neither owner nor video in the clear', () => {
  expect(encodeCursor('owner-1', POSITION)).not.toMatch(/owner-1|00000000-0000/);
});

test('is forbidden to everybody else', () => {
  expect(() => decodeCursor('owner-2', encodeCursor('owner-1', POSITION))).toThrow(expect.objectContaining({ status: 403 }));
});

test('is refused once any character of it is changed, left out or added', () => {
  const cursor = encodeCursor('owner-1', POSITION);
  const damaged = [...cursor].flatMap((character, index) => [
    cursor.slice(0, index) + (character === 'A' ? 'B' : 'A') + cursor.slice(index + 1),
    cursor.slice(0, index) + cursor.slice(index + 1),
    `${cursor.slice(0, index)}b${cursor.slice(index)}`,
  ]);
  for (const text of damaged) expect(() => decodeCursor('owner-1', text)).toThrow(expect.objectContaining({ status: 400 }));
});

test.each(['', 'x', '1...', 'null', '1.0.0.0', '{"pk":{"S":"VIDEO#1"}}', 'A'.repeat(100_000)])('refuses what was never a cursor: %.40j', text => {
  expect(() => decodeCursor('owner-1', text)).toThrow(expect.objectContaining({ status: 400 }));
});
