/**
 * CloudFront Function, viewer request of `/api/*`: tells the API who connected and by which name, facts that only the edge knows.
 * Assigned, never added to, so that nobody can claim another's IP address.
 */
interface ViewerRequestEvent {
  readonly viewer: { readonly ip: string };
  readonly request: { readonly headers: Record<string, { value: string }> };
}

export function handler(event: ViewerRequestEvent) {
  const request = event.request;
  request.headers['x-viewer-address'] = { value: event.viewer.ip };
  request.headers['x-viewer-host'] = { value: request.headers.host.value };
  return request;
}
