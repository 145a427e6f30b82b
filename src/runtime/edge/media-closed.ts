/** CloudFront Function, viewer request of `/media/*` when the distribution has no keys: nobody gets in. */
export function handler() {
  return {
    statusCode: 403,
    statusDescription: 'Forbidden',
    headers: { 'content-type': { value: 'application/problem+json' }, 'cache-control': { value: 'no-store' } },
    body: '{"type":"about:blank","title":"Media needs a signature.","status":403}',
  };
}
