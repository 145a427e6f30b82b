/** Headers that the distribution adds to what it sends to the API; what a viewer sends under these names is replaced. */

/** Proves that a request came through the distribution. Its value is a secret. */
export const ORIGIN_SECRET_HEADER = 'x-origin-secret';
/** IP address that the viewer connected from. */
export const VIEWER_ADDRESS_HEADER = 'x-viewer-address';
/** Host name (and port) that the viewer asked for: `Host` itself must name the API. */
export const VIEWER_HOST_HEADER = 'x-viewer-host';
