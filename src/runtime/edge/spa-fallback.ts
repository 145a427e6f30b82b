/**
 * CloudFront Function, viewer request of the console: a path without a file extension is a page of the application, which one file
 * holds. A missing file stays missing, and other behaviors never see this: an API error is not turned into a page.
 */
interface ViewerRequestEvent {
  readonly request: { uri: string };
}

export function handler(event: ViewerRequestEvent) {
  const request = event.request;
  if (!/\.[A-Za-z0-9]+$/.test(request.uri)) request.uri = '/index.html';
  return request;
}
