/** CloudFront Function, viewer request of `/embed/*`: one page plays every video; which one, it reads from its own URL. */
interface ViewerRequestEvent {
  readonly request: { uri: string };
}

export function handler(event: ViewerRequestEvent) {
  const request = event.request;
  if (!/\.[A-Za-z0-9]+$/.test(request.uri)) request.uri = '/embed/index.html';
  return request;
}
