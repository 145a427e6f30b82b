/** CloudFront Function, viewer request: answers 404 at the edge, so that a path that is not served never reaches an origin. */
export function handler() {
  return {
    statusCode: 404,
    statusDescription: 'Not Found',
    headers: { 'content-type': { value: 'application/problem+json' }, 'cache-control': { value: 'no-store' } },
    body: '{"type":"about:blank","title":"There is nothing here.","status":404}',
  };
}
