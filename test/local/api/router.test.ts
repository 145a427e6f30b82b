import { Router } from '../../../local/api/router';
import type { MethodDefinition } from '../../../local/template';

const method = (httpMethod: string, path: string): MethodDefinition =>
  ({ httpMethod, path, resourceId: path, integration: { type: 'mock', status: 200, headers: {}, furtherOrigins: [] } });

const router = new Router([
  method('GET', '/'), method('GET', '/videos/{videoId}'), method('GET', '/videos/mine'), method('GET', '/videos/{videoId}/hls/{playlist}'),
  method('ANY', '/files/{proxy+}'), method('GET', '/files/readme'),
]);

const found = (httpMethod: string, path: string) => {
  const match = router.find(httpMethod, path);
  return match && [match.method.path, match.pathParameters];
};

test.each<[string, string, unknown]>([
  ['the root', '/', ['/', {}]],
  ['a parameter', '/videos/7', ['/videos/{videoId}', { videoId: '7' }]],
  ['a literal before a parameter', '/videos/mine', ['/videos/mine', {}]],
  ['several parameters', '/videos/7/hls/master.m3u8', ['/videos/{videoId}/hls/{playlist}', { videoId: '7', playlist: 'master.m3u8' }]],
  ['a parameter is decoded', '/videos/a%20b', ['/videos/{videoId}', { videoId: 'a b' }]],
  ['a broken escape stays as it is', '/videos/%zz', ['/videos/{videoId}', { videoId: '%zz' }]],
  ['a greedy parameter takes the rest', '/files/a/b/c', ['/files/{proxy+}', { proxy: 'a/b/c' }]],
  ['a literal before a greedy parameter', '/files/readme', ['/files/readme', {}]],
  ['a greedy parameter takes at least one segment', '/files', undefined],
  ['a path that is too long', '/videos/7/more', undefined],
  ['a path that the API does not have', '/nothing', undefined],
])('%s', (_, path, expected) => {
  expect(found('GET', path)).toEqual(expected);
});

test('a method that the resource does not have is not found', () => {
  expect(found('POST', '/videos/7')).toBeUndefined();
});

test('ANY takes every method', () => {
  expect(found('DELETE', '/files/a')).toEqual(['/files/{proxy+}', { proxy: 'a' }]);
});
